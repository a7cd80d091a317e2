using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Forward + backward of a whole recurrent layer (input size H) in the fused mode, against the op-by-op loop of the same layer and
/// against libtorch's own recurrent layer of the same hidden size.
/// </summary>
internal static class RecurrenceBenchmark
{
    private static readonly (int Batch, int Steps, int Hidden)[] s_shapes =
        [(1, 16000, 16), (4, 1024, 64), (32, 512, 128), (16, 4096, 64), (32, 256, 256)];

    public static string Run()
    {
        var report = new StringBuilder();
        var copySpeed = Machine.CopySpeed();
        Report<ParaGruCell>(report, "ParaGRU", "nn.GRU", RecurrencePeers.Gru, copySpeed);
        Report<ParaLstmCell>(report, "ParaLSTM", "nn.LSTM", RecurrencePeers.Lstm, copySpeed);
        report.AppendLine(CultureInfo.InvariantCulture, $"Milliseconds{(Timing.OfProcessor ? " of processor time" : "")} forward + backward, median ± half the distance of the quartiles. Copy speed of the machine {copySpeed / 1e9:F1} GB/s (reads and writes).");
        report.AppendLine("What takes over 0.7 s is run once to warm up and twice to be timed (the slower of the two counts), the rest at least ten times.");
        return report.ToString();
    }

    private static void Report<TCell>(StringBuilder report, string cell, string peer, RecurrencePeer makePeer, double copySpeed)
        where TCell : struct, IRecurrentCell<TCell>
    {
        report.AppendLine(CultureInfo.InvariantCulture, $"## {cell}").AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture, $"| B, T, H | fused | op-by-op loop | {peer} | loop / fused | {peer} / fused | scan alone | of which forward | of copy speed |");
        report.AppendLine("|---|---|---|---|---|---|---|---|---|");
        var (toLoop, toPeer) = (new List<double>(), new List<double>());
        foreach (var shape in s_shapes)
        {
            var fused = RecurrencePeers.Layer<TCell>(shape, RecurrenceMode.Fused);
            var loop = RecurrencePeers.Layer<TCell>(shape, RecurrenceMode.Sequential);
            var torch = makePeer(shape);
            var (forward, whole) = ScanAlone<TCell>.Measure(shape);
            toLoop.Add(loop.Median / fused.Median);
            toPeer.Add(torch.Median / fused.Median);
            var share = ScanAlone<TCell>.ForwardBytes(shape) / forward.Median / copySpeed;
            var row = string.Create(CultureInfo.InvariantCulture, $"| {shape.Batch}, {shape.Steps}, {shape.Hidden} | {fused} | {loop} | {torch} | {toLoop[^1]:F0} | {toPeer[^1]:F1} | {whole} | {forward} | {share:P0} |");
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        report.AppendLine(CultureInfo.InvariantCulture, $"| geometric mean | | | | {GeometricMean(toLoop):F0} | {GeometricMean(toPeer):F1} | | | |").AppendLine();
    }

    private static double GeometricMean(List<double> values) => Math.Exp(values.Average(Math.Log));
}
