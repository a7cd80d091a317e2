// By method, since most of the time is that of the pages' programs, which are rows of one test.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel, Workers = 2)]
