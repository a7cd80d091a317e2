// TorchSharp does not hold a number while native code reads it (docs/design.md): a collection that a test beside starts could free one.
[assembly: DoNotParallelize]
// Trainer cases hold functions, so tests take them as they are instead of by a serialized copy.
[assembly: TestDataSourceOptions(TestDataSourceUnfoldingStrategy.Fold)]
