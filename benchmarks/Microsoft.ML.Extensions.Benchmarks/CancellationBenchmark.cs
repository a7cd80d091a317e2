using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>How long a fit goes on after it was cancelled, at moments spread over the whole of it.</summary>
internal static class CancellationBenchmark
{
    private const int Moments = 12;

    private const int Features = 20;

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Each fit is cancelled {Moments} times, at moments spread evenly over the time that it takes; {TorchSharp.torch.get_num_threads()} threads.");
        report.AppendLine();
        report.AppendLine("| fit | whole fit, s | cancelled | longest wait, s | median wait, s |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var (name, trainer, rows, steps, channels) in Fits())
        {
            var data = new MLContext(1).Data.Cache(GeneratedRows.View(new MLContext(1), rows, steps, channels));
            var whole = Timing.Seconds(() => trainer(new MLContext(1), default).Fit(data).Dispose());
            var waits = Enumerable.Range(0, Moments).Select(moment => Wait(trainer, data, whole * (moment + 0.5) / Moments))
                .OfType<double>().Order().ToArray();
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {whole:F1} | {waits.Length} | {waits[^1]:F2} | {waits[waits.Length / 2]:F2} |");
            Console.Error.WriteLine($"{name} {waits[^1]:F2}");
        }
        return report.ToString();
    }

    // Null where the fit was done before.
    private static double? Wait(Func<MLContext, CancellationToken, IEstimator<NetworkTransformer>> trainer, IDataView data, double after)
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
            trainer(new MLContext(1), source.Token).Fit(data).Dispose();
            return null;
        }
        catch (OperationCanceledException)
        {
            return Stopwatch.GetElapsedTime(Volatile.Read(ref cancelled)).TotalSeconds;
        }
    }

    private static IEnumerable<(
        string Name, Func<MLContext, CancellationToken, IEstimator<NetworkTransformer>> Trainer, int Rows, int Steps, int Channels)> Fits()
    {
        foreach (var (solver, rows) in new[] { (KernelSolver.Cholesky, 12_000), (KernelSolver.ConjugateGradients, 12_000) })
        {
            yield return ($"NeuralTangentKernel, {rows} rows of {Features}, {solver}", (ml, token) =>
                ml.MulticlassClassification.Trainers.NeuralTangentKernel(
                new NeuralTangentKernelOptions { Seed = 1, Solver = solver, CancellationToken = token }), rows, 1, Features);
        }
        yield return ("ParaRnn, 500 rows of 1,000 steps", (ml, token) =>
            ml.MulticlassClassification.Trainers.ParaRnn(Short(new ParaRnnOptions(), token)), 500, 1000, 2);
        yield return ("Lssl, 500 rows of 1,000 steps", (ml, token) =>
            ml.MulticlassClassification.Trainers.Lssl(Short(new LsslOptions(), token)), 500, 1000, 2);
        yield return ("DeepNetwork, 20,000 rows of 20", (ml, token) =>
            ml.MulticlassClassification.Trainers.DeepNetwork(Short(new DeepNetworkOptions(), token)), 20_000, 1, Features);
    }

    private static TOptions Short<TOptions>(TOptions options, CancellationToken token) where TOptions : NetworkTrainerOptions
    {
        (options.EnsembleSize, options.Training.Epochs, options.Training.Seed, options.Training.CancellationToken) = (1, 2, 1, token);
        return options;
    }
}
