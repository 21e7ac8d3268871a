"""Which source to choose: measures of relatedness and transferability, and whether they foretell gains."""
