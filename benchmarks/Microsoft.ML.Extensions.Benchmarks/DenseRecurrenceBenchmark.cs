using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Forward + backward of a whole recurrent layer with full matrices (input size H), compared with libtorch's layer of the same sizes; and
/// the forward pass alone, as in scoring.
/// </summary>
internal static class DenseRecurrenceBenchmark
{
    private static readonly (int Batch, int Steps, int Hidden)[] s_shapes =
        [(1, 16000, 16), (4, 1024, 64), (32, 512, 128), (16, 4096, 64), (32, 256, 256)];

    private static readonly (RecurrentCell Cell, string Peer, RecurrencePeer Training, RecurrencePeer Scoring)[] s_cells =
    [
        (RecurrentCell.Lstm, "nn.LSTM", RecurrencePeers.Lstm, RecurrencePeers.LstmScoring),
        (RecurrentCell.Gru, "nn.GRU", RecurrencePeers.Gru, RecurrencePeers.GruScoring),
        (RecurrentCell.Elman, "nn.RNN", RecurrencePeers.Rnn, RecurrencePeers.RnnScoring),
    ];

    public static string Run()
    {
        StringBuilder report = new();
        foreach (var (cell, peer, training, scoring) in s_cells)
        {
            Report(report, cell, peer, training, scoring);
        }
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Milliseconds{(Timing.OfProcessor ? " of processor time" : "")}, median ± half the distance of the quartiles, {get_num_threads()} threads.");
        report.AppendLine("What takes over 0.7 s is run once to warm up and twice to be timed (the slower of the two counts), the rest at least ten times.");
        return report.ToString();
    }

    private static void Report(StringBuilder report, RecurrentCell cell, string peer, RecurrencePeer training, RecurrencePeer scoring)
    {
        report.AppendLine(CultureInfo.InvariantCulture, $"## {cell}").AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| B, T, H | fused, forward + backward | {peer} | {peer} / fused | fused, forward | {peer} | {peer} / fused |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        List<(double Training, double Scoring)> ratios = [];
        foreach (var shape in s_shapes)
        {
            var (fused, other) = (RecurrencePeers.Dense(shape, cell), training(shape));
            var (fusedForward, otherForward) = (RecurrencePeers.DenseScoring(shape, cell), scoring(shape));
            ratios.Add((other / fused, otherForward / fusedForward));
            var row = string.Create(
                CultureInfo.InvariantCulture,
                    $"| {shape.Batch}, {shape.Steps}, {shape.Hidden} | {fused} | {other} | {other / fused:F1} | {fusedForward} | {otherForward} | {otherForward / fusedForward:F1} |");
            Console.Error.WriteLine($"{cell} {row}");
            report.AppendLine(row);
        }
        double Mean(Func<(double Training, double Scoring), double> ratio) => Math.Exp(ratios.Average(pair => Math.Log(ratio(pair))));
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| geometric mean | | | {Mean(r => r.Training):F1} | | | {Mean(r => r.Scoring):F1} |").AppendLine();
    }
}
