using System.Globalization;
using Microsoft.ML.Extensions.Benchmarks;
using Microsoft.ML.Extensions.Torch;

// Before anything loads libtorch, of which scoring needs nothing.
if (args.Length == 5 && args[0] == ScoringMemory.Argument)
{
    ScoringMemory.Measure(
        args[1], bool.Parse(args[2]), int.Parse(args[3], CultureInfo.InvariantCulture), int.Parse(args[4], CultureInfo.InvariantCulture));
    return 0;
}
NativeLibraryResolver.EnsureLoaded();
if (args.Length == 1 && args[0] == BusyProcesses.Argument)
{
    BusyProcesses.Work();
    return 0;
}
if (args.Length == 3 && args[0] == PeakMemory.Argument)
{
    PeakMemory.Measure(args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
    return 0;
}
if (args.Length == 3 && args[0] == LongRowMemory.Argument)
{
    LongRowMemory.Measure(args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
    return 0;
}
if (args.Length == 3 && args[0] == WideScoringMemory.Argument)
{
    WideScoringMemory.Measure(int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
    return 0;
}
if (args.Length == 3 && args[0] == KernelSolveBenchmark.Argument)
{
    KernelSolveBenchmark.Measure(args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
    return 0;
}

var trainer = ValueOf("--trainer");
double? seconds = ValueOf("--seconds") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
int? seeds = ValueOf("--seeds") is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : null;
var benchmarks = new Dictionary<string, Func<string>>
{
    ["aaren"] = AarenBenchmark.Run,
    ["accuracy"] = () => AccuracyBenchmark.Run(trainer),
    ["adding"] = AddingBenchmark.Run,
    ["approximation"] = ApproximationBenchmark.Run,
    ["aspectratio"] = AspectRatioBenchmark.Run,
    ["blocksparsity"] = BlockSparsityBenchmark.Run,
    ["cancellation"] = CancellationBenchmark.Run,
    ["captioning"] = CaptioningBenchmark.Run,
    ["circuits"] = CircuitBenchmark.Run,
    ["circuitsizes"] = CircuitBenchmark.RunSizes,
    ["circuitspeed"] = CircuitSpeedBenchmark.Run,
    ["closeheads"] = CloseHeadBenchmark.Run,
    ["compression"] = CompressionBenchmark.Run,
    ["compressionchoices"] = () => CompressionBenchmark.RunChoices(ValueOf("--set")),
    ["compressionsearch"] = CompressionSearchBenchmark.Run,
    ["compressionteachers"] = CompressionTeachersBenchmark.Run,
    ["conformal"] = ConformalBenchmark.Run,
    ["cranfield"] = CranfieldBenchmark.Run,
    ["cranfieldnetworks"] = () => CranfieldNetworks.Run(ValueOf("--variants"), trainer),
    ["deepkernel"] = DeepKernelBenchmark.Run,
    ["deepnets"] = DeepNetworkBenchmark.Run,
    ["defaults"] = () => DefaultsBenchmark.Run(test: false, ValueOf("--again"), trainer, ValueOf("--set"), seeds),
    ["defaultstest"] = () => DefaultsBenchmark.Run(test: true, ValueOf("--again"), trainer, ValueOf("--set"), seeds),
    ["denserecurrence"] = DenseRecurrenceBenchmark.Run,
    ["deterministic"] = DeterministicBenchmark.Run,
    ["dirichlet"] = DirichletBenchmark.Run,
    ["fits"] = () => FitBenchmark.Run(trainer, ValueOf("--set"), seeds ?? 1),
    ["forecast"] = () => ForecastBenchmark.Run(trainer),
    ["gradientnoise"] = GradientNoiseBenchmark.Run,
    ["graphcorrelations"] = GraphCorrelationBenchmark.Run,
    ["guidance"] = () => GuidanceBenchmark.Run(ValueOf("--set")),
    ["kernelsolve"] = KernelSolveBenchmark.Run,
    ["lengths"] = LengthBenchmark.Run,
    ["lrcn"] = LrcnBenchmark.Run,
    ["lssl"] = LsslBenchmark.Run,
    ["memory"] = MemoryBenchmark.Run,
    ["networkchoices"] = () => NetworkChoices.Run(trainer, ValueOf("--variants"), ValueOf("--set"), seeds),
    ["noisyparity"] = NoisyParityBenchmark.Run,
    ["numericranking"] = NumericRankingBenchmark.Run,
    ["numericrankingchoices"] = NumericRankingBenchmark.RunChoices,
    ["onnx"] = OnnxBenchmark.Run,
    ["onnxscores"] = OnnxBenchmark.RunScores,
    ["parallelfits"] = ParallelFitBenchmark.Run,
    ["parity"] = ParityBenchmark.Run,
    ["ranker"] = RankerBenchmark.Run,
    ["rankingspeed"] = () => RankingSpeedBenchmark.Run(trainer),
    ["imagetext"] = () => ImageTextBenchmark.Run(seeds),
    ["imagetextpairs"] = () => ImageTextPairBenchmark.Run(seeds),
    ["imagetextspeed"] = ImageTextSpeedBenchmark.Run,
    ["prunedreber"] = PrunedReberBenchmark.Run,
    ["randomconvolution"] = () => RandomConvolutionBenchmark.Run(ValueOf("--set")),
    ["randomconvolutionchoices"] = () => RandomConvolutionChoices.Run(ValueOf("--set")),
    ["reber"] = ReberBenchmark.Run,
    ["recurrence"] = RecurrenceBenchmark.Run,
    ["scoring"] = ScoringBenchmark.Run,
    ["sentiment"] = SentimentBenchmark.Run,
    ["smnist"] = () => SequentialMnistBenchmark.Run(seconds),
    ["sparsity"] = () => SparsityBenchmark.Run(trainer, ValueOf("--set")),
    ["speech"] = () => SpeechBenchmark.Run(seconds),
    ["streaming"] = StreamingBenchmark.Run,
    ["sweep"] = () => SweepBenchmark.Run(seeds ?? 3),
    ["tabular"] = TabularBenchmark.Run,
    ["textencoder"] = TextEncoderBenchmark.Run,
    ["transformer"] = TransformerBenchmark.Run,
    ["vectorindex"] = VectorIndexBenchmark.Run,
};
if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"Name a benchmark: {string.Join(", ", benchmarks.Keys)}. "
        + "Add --write to put its table into benchmarks/results, --processor-time on a machine that others use too; "
        + $"--trainer NAME lets accuracy and forecast measure one of {string.Join(", ", AccuracyBenchmark.TrainerNames)}, "
        + "--trainer METHOD lets sparsity measure one of its methods, "
        + "--again NAME lets defaults measure one anew; --set NAME lets randomconvolution, randomconvolutionchoices and guidance measure one set, and sparsity digits or strings, --seconds N sets how long smnist and speech train each network.");
    return 1;
}

Timing.OfProcessor = args.Contains("--processor-time");
var report = run();
Console.WriteLine(report);
if (args.Contains("--write"))
{
    ResultFile.Write(string.Join('-', new[] { args[0], trainer, ValueOf("--set") }.OfType<string>()), report);
}
return 0;

string? ValueOf(string option) => args.SkipWhile(arg => arg != option).Skip(1).FirstOrDefault();
