"""A provider's batch: letters asked about at half the price, in rounds of up to a day."""
