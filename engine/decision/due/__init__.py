"""Which steps are due, and from which day limits allow them."""
