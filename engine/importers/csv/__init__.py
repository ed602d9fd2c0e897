"""CSV files: tables, cells and rows become invoices of other systems."""
