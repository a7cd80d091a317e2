// Trainings would only wait for each other.
[assembly: DoNotParallelize]
