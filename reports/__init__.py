"""Fifth floor: spreadsheets in, report workbooks out."""
