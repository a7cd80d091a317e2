using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What the output loses when a window of a channel is replaced by the baseline.</summary>
/// <remarks>
/// A step's attribution is the mean over the windows that hold it. Windows begin at every half of their length, and the last ends with the row, so that each step
/// is in one at least.
/// </remarks>
/// <param name="scorer">The model, which it owns.</param>
/// <param name="output">What is explained.</param>
/// <param name="input">The column.</param>
/// <param name="window">The steps of a window; 0 chooses.</param>
/// <param name="outputs">The outputs per row.</param>
internal sealed class OcclusionAttribution(IRowScorer scorer, ExplainedOutput output, InputColumn input, int window, int outputs) : IAttribution
{
    // A row has so many windows by default, apart from their overlap.
    private const int UsualWindows = 16;

    // Rows that are scored together, and their values.
    private const int MostRows = 256;
    private const int MostValues = 1 << 20;

    private readonly RowStore _store = new();
    private float[] _scores = [];

    public double Of(ReadOnlySpan<float> row, ReadOnlySpan<float> baseline, Span<float> attributions)
    {
        var (channels, steps) = (input.Channels, row.Length / input.Channels);
        var own = output.ClassOf(Scores(row, steps));
        var whole = Value(row, steps, own);
        var change = whole - Value(baseline, steps, own);
        var length = Math.Min(steps, window > 0 ? window : Chosen(steps));
        var starts = Starts(steps, length);
        var (sums, counts) = (new double[row.Length], new int[row.Length]);
        var together = Math.Max(1, Math.Min(MostRows, MostValues / row.Length));
        foreach (var windows in starts.SelectMany(start => Enumerable.Range(0, channels).Select(channel => (Start: start, Channel: channel))).Chunk(together))
        {
            _store.Clear();
            foreach (var (start, channel) in windows)
            {
                _store.Add(Occluded(row, baseline, start, length, channel), steps, label: [], weight: 1);
            }
            scorer.Score(_store, ref _scores);
            for (var i = 0; i < windows.Length; i++)
            {
                var lost = whole - Finite(output.Of(_scores.AsSpan(i * outputs, outputs), own));
                for (var step = windows[i].Start; step < windows[i].Start + length; step++)
                {
                    sums[(step * channels) + windows[i].Channel] += lost;
                    counts[(step * channels) + windows[i].Channel]++;
                }
            }
        }
        for (var i = 0; i < sums.Length; i++)
        {
            attributions[i] = (float)(sums[i] / counts[i]);
        }
        return change;
    }

    public void Dispose() => scorer.Dispose();

    // The values of a table are no series, so that each is replaced alone.
    private int Chosen(int steps) => input is { IsFixed: true, Channels: 1 } ? 1 : Math.Max(1, steps / UsualWindows);

    private static List<int> Starts(int steps, int length)
    {
        var starts = new List<int>();
        for (var start = 0; start + length < steps; start += Math.Max(1, length / 2))
        {
            starts.Add(start);
        }
        starts.Add(steps - length);
        return starts;
    }

    private float[] Occluded(ReadOnlySpan<float> row, ReadOnlySpan<float> baseline, int start, int length, int channel)
    {
        var values = row.ToArray();
        for (var step = start; step < start + length; step++)
        {
            var place = (step * input.Channels) + channel;
            values[place] = baseline[place];
        }
        return values;
    }

    private double Value(ReadOnlySpan<float> row, int steps, int own) => Finite(output.Of(Scores(row, steps), own));

    private ReadOnlySpan<float> Scores(ReadOnlySpan<float> row, int steps)
    {
        _store.Clear();
        _store.Add(row, steps, label: [], weight: 1);
        scorer.Score(_store, ref _scores);
        return _scores.AsSpan(0, outputs);
    }

    private static double Finite(double value) => double.IsFinite(value) ? value
        : throw new ArithmeticException("the network's output is no number for the row or a changed copy of it, so it cannot be explained");
}
