using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Forward + backward of a whole recurrent layer (input size H) in its modes, compared with the op-by-op loop of the same layer and with
/// libtorch's own recurrent layer of the same hidden size.
/// </summary>
internal static class RecurrenceBenchmark
{
    private static readonly (int Batch, int Steps, int Hidden)[] s_shapes =
        [(1, 16000, 16), (4, 1024, 64), (32, 512, 128), (16, 4096, 64), (32, 256, 256)];

    public static string Run()
    {
        var report = new StringBuilder();
        var copySpeed = Machine.CopySpeed();
        var gru = Report<ParaGruCell>(report, "ParaGRU", "nn.GRU", RecurrencePeers.Gru, copySpeed);
        var lstm = Report<ParaLstmCell>(report, "ParaLSTM", "nn.LSTM", RecurrencePeers.Lstm, copySpeed);
        ReportPyTorch(report, gru, lstm);
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Milliseconds{(Timing.OfProcessor ? " of processor time" : "")} forward + backward, median ± half the distance of the quartiles. Copy speed of the machine {copySpeed / 1e9:F1} GB/s (reads and writes).");
        report.AppendLine("What takes over 0.7 s is run once to warm up and twice to be timed (the slower of the two counts), the rest at least ten times.");
        return report.ToString();
    }

    private static void ReportPyTorch(StringBuilder report, List<RecurrenceTimes> gru, List<RecurrenceTimes> lstm)
    {
        report.AppendLine("## PyTorch").AppendLine();
        if (PyTorchPeers.Measure(s_shapes) is not { } peers)
        {
            report.AppendLine("Left out: there is no python3-torch here; `benchmarks/peers/install.sh` installs Debian's.").AppendLine();
            return;
        }
        report.AppendLine(CultureInfo.InvariantCulture,
            $"PyTorch {peers.Version} from Debian, milliseconds; TorchScript is ParaGRU as a loop through its compiler.").AppendLine();
        report.AppendLine("| B, T, H | nn.GRU | nn.LSTM | TorchScript loop | nn.GRU / fused ParaGRU | TorchScript loop / fused ParaGRU | nn.LSTM / fused ParaLSTM |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        for (var i = 0; i < s_shapes.Length; i++)
        {
            var (peerGru, peerLstm, script) = (
                peers["nn.GRU", s_shapes[i]], peers["nn.LSTM", s_shapes[i]], peers["TorchScript", s_shapes[i]]);
            var (fusedGru, fusedLstm) = (1e3 * gru[i].Fused.Median, 1e3 * lstm[i].Fused.Median);
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {gru[i].Size} | {peerGru:F1} | {peerLstm:F1} | {script:F1} | {peerGru / fusedGru:F1} | {script / fusedGru:F1} | {peerLstm / fusedLstm:F1} |");
        }
        report.AppendLine();
    }

    private static List<RecurrenceTimes> Report<TCell>(
        StringBuilder report, string cell, string peer, RecurrencePeer makePeer, double copySpeed)
        where TCell : struct, IRecurrentCell<TCell>
    {
        var modes = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"## {cell}").AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| B, T, H | fused | op-by-op loop | {peer} | loop / fused | {peer} / fused | scan alone | of which forward | of copy speed |");
        report.AppendLine("|---|---|---|---|---|---|---|---|---|");
        modes.AppendLine(CultureInfo.InvariantCulture,
            $"| B, T, H | Newton | fused, derivatives derived | loop / Newton | {peer} / Newton | loop / derived | {peer} / derived | derived / fused |");
        modes.AppendLine("|---|---|---|---|---|---|---|---|");
        var rows = s_shapes.Select(shape => Measure<TCell>(shape, makePeer)).ToList();
        foreach (var row in rows)
        {
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Size} | {row.Fused} | {row.Loop} | {row.Peer} | {row.Loop / row.Fused:F0} | {row.Peer / row.Fused:F1} | {row.Scan} | {row.ScanForward} | {row.ScanSpeed / copySpeed:P0} |");
            modes.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Size} | {row.Newton} | {row.Derived} | {row.Loop / row.Newton:G2} | {row.Peer / row.Newton:G2} | {row.Loop / row.Derived:F1} | {row.Peer / row.Derived:F1} | {row.Derived / row.Fused:F1} |");
        }
        double Mean(Func<RecurrenceTimes, double> ratio) => Math.Exp(rows.Average(row => Math.Log(ratio(row))));
        report.AppendLine(CultureInfo.InvariantCulture,
            $"| geometric mean | | | | {Mean(r => r.Loop / r.Fused):F0} | {Mean(r => r.Peer / r.Fused):F1} | | | |").AppendLine();
        modes.AppendLine(CultureInfo.InvariantCulture,
            $"| geometric mean | | | {Mean(r => r.Loop / r.Newton):G2} | {Mean(r => r.Peer / r.Newton):G2} | {Mean(r => r.Loop / r.Derived):F1} | {Mean(r => r.Peer / r.Derived):F1} | {Mean(r => r.Derived / r.Fused):F1} |");
        report.AppendLine("Newton's mode with 3 iterations, and the fused mode of the same cell with its step alone given, as a cell of the user has it:").AppendLine();
        report.Append(modes).AppendLine();
        return rows;
    }

    private static RecurrenceTimes Measure<TCell>((int Batch, int Steps, int Hidden) shape, RecurrencePeer makePeer)
        where TCell : struct, IRecurrentCell<TCell>
    {
        var (forward, whole) = ScanAlone<TCell>.Measure(shape);
        var times = new RecurrenceTimes(
            $"{shape.Batch}, {shape.Steps}, {shape.Hidden}",
            RecurrencePeers.Layer<TCell>(shape, RecurrenceMode.Fused),
            RecurrencePeers.Layer<StepOnly<TCell>>(shape, RecurrenceMode.Fused),
            RecurrencePeers.Layer<TCell>(shape, RecurrenceMode.Newton),
            RecurrencePeers.Layer<TCell>(shape, RecurrenceMode.Sequential),
            makePeer(shape), whole, forward, ScanAlone<TCell>.ForwardBytes(shape) / forward.Median);
        Console.Error.WriteLine(times);
        return times;
    }

    /// <summary>The measurements of one shape; the speed of the scan is in bytes per second.</summary>
    private sealed record RecurrenceTimes(
        string Size, Timing Fused, Timing Derived, Timing Newton, Timing Loop, Timing Peer, Timing Scan, Timing ScanForward,
            double ScanSpeed);
}
