"""Good Terms: get overdue invoices paid and keep the customer."""

__version__ = "0.1.0"
