"""Source choice: measures of relatedness and transferability, and their correlation with gains."""
