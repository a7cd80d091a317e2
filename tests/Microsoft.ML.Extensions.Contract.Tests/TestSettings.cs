[assembly: Parallelize(Scope = ExecutionScope.ClassLevel, Workers = 2)]
// Trainer cases hold functions, so tests take them as they are instead of by a serialized copy.
[assembly: TestDataSourceOptions(TestDataSourceUnfoldingStrategy.Fold)]
