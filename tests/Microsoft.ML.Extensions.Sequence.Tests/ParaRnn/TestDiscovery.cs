// Test classes are generic over internal cells, and so internal themselves.
[assembly: DiscoverInternals]
