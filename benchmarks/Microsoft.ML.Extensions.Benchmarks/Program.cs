using Microsoft.ML.Extensions.Benchmarks;
using Microsoft.ML.Extensions.Torch;

NativeLibraryResolver.EnsureLoaded();

var benchmarks = new Dictionary<string, Func<string>>
{
    ["accuracy"] = AccuracyBenchmark.Run,
    ["lengths"] = LengthBenchmark.Run,
    ["memory"] = MemoryBenchmark.Run,
    ["recurrence"] = RecurrenceBenchmark.Run,
    ["scoring"] = ScoringBenchmark.Run,
    ["streaming"] = StreamingBenchmark.Run,
};
if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"Name a benchmark: {string.Join(", ", benchmarks.Keys)}. "
        + "Add --write to put its table into benchmarks/results, --processor-time on a machine that others use too.");
    return 1;
}

Timing.OfProcessor = args.Contains("--processor-time");
var report = run();
Console.WriteLine(report);
if (args.Contains("--write"))
{
    ResultFile.Write(args[0], report);
}
return 0;
