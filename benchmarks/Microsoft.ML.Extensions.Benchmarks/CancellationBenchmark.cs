using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Sequence;
using TorchSharp;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// How long a fit or another long computation continues after it was cancelled, at moments spread over its whole duration.
/// </summary>
internal static class CancellationBenchmark
{
    private const int Moments = 12;

    private const int Features = 20;

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture, $"Each is cancelled {Moments} times, at moments spread evenly over the time that it takes; {torch.get_num_threads()} threads.");
        report.AppendLine();
        report.AppendLine("| what | whole, s | cancelled | longest wait, s | median wait, s |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var (name, run) in Runs())
        {
            // The first run includes compilation and reading the rows.
            run(default);
            var whole = Timing.Seconds(() => run(default));
            var waits = Enumerable.Range(0, Moments).Select(moment => Wait(run, whole * (moment + 0.5) / Moments)).OfType<double>().Order().ToArray();
            report.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {whole:F1} | {waits.Length} | {waits.LastOrDefault():F2} | {waits.ElementAtOrDefault(waits.Length / 2):F2} |");
            Console.Error.WriteLine(report.ToString().TrimEnd().Split('\n')[^1]);
        }
        return report.ToString();
    }

    // Null if it finished before the cancellation.
    private static double? Wait(Action<CancellationToken> run, double after)
    {
        using var source = new CancellationTokenSource();
        long cancelled = 0;
        using var timer = new Timer(
            _ =>
            {
                Volatile.Write(ref cancelled, Stopwatch.GetTimestamp());
                source.Cancel();
            },
            null, TimeSpan.FromSeconds(after), Timeout.InfiniteTimeSpan);
        try
        {
            run(source.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return Stopwatch.GetElapsedTime(Volatile.Read(ref cancelled)).TotalSeconds;
        }
    }

    private static IEnumerable<(string Name, Action<CancellationToken> Run)> Runs()
    {
        foreach (var (name, trainer, rows, steps, channels) in Fits())
        {
            var data = new MLContext(1).Data.Cache(GeneratedRows.View(new MLContext(1), rows, steps, channels));
            yield return (name, token => trainer(new MLContext(1), token).Fit(data).Dispose());
        }
        yield return ("Recurrent of a width of 4,096, its orthogonal weights", (token) =>
        {
            using var generator = new torch.Generator(1);
            using var limit = NetworkMemory.Limit(long.MaxValue, 1, token.ThrowIfCancellationRequested);
            OrthogonalMatrices.Of(4, 4096, generator).Dispose();
        }
        );
        yield return ("a forecast's linear part, windows of 5,000 steps", token =>
        {
            using var scope = torch.NewDisposeScope();
            using var generator = new torch.Generator(1);
            using var fit = new LinearForecast(5000, 96, token.ThrowIfCancellationRequested);
            var rows = torch.randn([600, 5096], generator: generator);
            fit.Learn(rows[..500, ..5000], rows[..500, 5000..]);
            fit.Judge(rows[500.., ..5000], rows[500.., 5000..]);
            fit.Solve(ofAll: true);
        }
        );
        foreach (var width in new[] { MatrixRoot.WidestAtOnce, 2048, 4096 })
        {
            using var scope = torch.NewDisposeScope();
            using var generator = new torch.Generator(1);
            var gradients = torch.randn([2 * width, width], generator: generator);
            yield return ($"a circuit's coordinates of a width of {width}", token => SensitivitySpace.Of(gradients, token.ThrowIfCancellationRequested).Dispose());
        }
        var words = new Random(1);
        string[] texts = [.. Enumerable.Range(0, 20_000).Select(_ => string.Join(' ', Enumerable.Range(0, 60).Select(_ => $"word{(int)(20_000 * Math.Pow(words.NextDouble(), 3))}")))];
        yield return ("WordVectors, 20,000 texts of 60 words, 300 numbers", token => WordVectors.Learn(texts, options: new WordVectorOptions { Dimensions = 300 }, cancellationToken: token));
    }

    private static IEnumerable<(string Name, Func<MLContext, CancellationToken, IEstimator<NetworkTransformer>> Trainer, int Rows, int Steps, int Channels)> Fits()
    {
        foreach (var (solver, rows) in new[] { (KernelSolver.Cholesky, 12_000), (KernelSolver.ConjugateGradients, 12_000) })
        {
            yield return ($"NeuralTangentKernel, {rows} rows of {Features}, {solver}", (ml, token) =>
                ml.MulticlassClassification.Trainers.NeuralTangentKernel(
                new NeuralTangentKernelOptions { Seed = 1, Solver = solver, CancellationToken = token }), rows, 1, Features);
        }
        yield return ("ParaRnn, 500 rows of 1,000 steps", (ml, token) => ml.MulticlassClassification.Trainers.ParaRnn(Short(new ParaRnnOptions(), token)), 500, 1000, 2);
        yield return ("ParaRnn with a base, 2,000 rows of 100 steps", (ml, token) =>
        {
            var options = Short(new ParaRnnOptions(), token);
            options.Base = SequenceBase.RandomConvolution;
            return ml.MulticlassClassification.Trainers.ParaRnn(options);
        }, 2000, 100, 2);
        yield return ("Lssl, 500 rows of 1,000 steps", (ml, token) => ml.MulticlassClassification.Trainers.Lssl(Short(new LsslOptions(), token)), 500, 1000, 2);
        yield return ("DeepNetwork, 20,000 rows of 20", (ml, token) => ml.MulticlassClassification.Trainers.DeepNetwork(Short(new DeepNetworkOptions(), token)), 20_000, 1, Features);
    }

    private static TOptions Short<TOptions>(TOptions options, CancellationToken token) where TOptions : NetworkTrainerOptions
    {
        (options.EnsembleSize, options.Training.Epochs, options.Training.Seed, options.Training.CancellationToken) = (1, 2, 1, token);
        if (options is SequenceTrainerOptions sequence)
        {
            sequence.Base = SequenceBase.None;
        }
        return options;
    }
}
