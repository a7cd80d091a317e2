// The processes of these tests would only wait for each other.
[assembly: DoNotParallelize]
