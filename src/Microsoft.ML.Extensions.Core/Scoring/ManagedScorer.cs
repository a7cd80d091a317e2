using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>Runs a trained network's C# kernels on the rows of one cursor, on all cores where that pays.</summary>
/// <param name="model">What must not be freed meanwhile; libtorch is not loaded for it.</param>
/// <param name="network">The kernels.</param>
/// <param name="head">The task.</param>
/// <param name="column">The column that it reads, for messages.</param>
internal sealed class ManagedScorer(Lease<Network> model, ManagedNetwork network, IRowHead head, string column) : IRowScorer
{
    // Rows of a group share what is read of the weights.
    private const int MostRows = 64;

    // Below this number of multiplications, starting a second thread costs more than it saves.
    private const long ParallelWork = 1 << 20;

    private readonly int _steps = network.StepsAtOnce;
    private readonly List<(int First, int Count)> _groups = [];
    private readonly Stack<Scratch> _scratch = new();

    public float[]? Before => null;

    public InputRange? Range => network.Range;

    public void Score(RowStore rows, ref float[] scores)
    {
        using var hold = model.Hold();
        if (scores.Length < rows.Count * network.Outputs)
        {
            scores = new float[rows.Count * network.Outputs];
        }
        try
        {
            ScoreAll(rows, scores, Group(rows));
        }
        catch (OutOfMemoryException e)
        {
            var wanted = e is KernelMemoryException own ? string.Create(CultureInfo.InvariantCulture, $"{own.Bytes} bytes more") : "more memory";
            throw new OutOfMemoryException(string.Create(CultureInfo.InvariantCulture,
                $"Scoring {rows.Count} rows of up to {Enumerable.Range(0, rows.Count).Max(rows.Steps)} steps of column '{column}' needs {wanted} than this machine has or this process is allowed."), e);
        }
    }

    public void Dispose() => model.Dispose();

    private void ScoreAll(RowStore rows, float[] scores, long steps)
    {
        if (_groups.Count > 1 && steps * network.StepWork >= ParallelWork && Environment.ProcessorCount > 1)
        {
            ScoreInParallel(rows, scores);
            return;
        }
        var scratch = Take();
        foreach (var (first, count) in _groups)
        {
            Score(rows, first, count, scores, scratch);
        }
        GiveBack(scratch);
    }

    // The first failure is that of the rows, and not of what runs them.
    private void ScoreInParallel(RowStore rows, float[] scores)
    {
        try
        {
            Parallel.ForEach(_groups, Take, (group, _, scratch) =>
            {
                Score(rows, group.First, group.Count, scores, scratch);
                return scratch;
            }, GiveBack);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private long Group(RowStore rows)
    {
        _groups.Clear();
        var (first, own, all) = (0, 0L, 0L);
        for (var row = 0; row < rows.Count; row++)
        {
            if (row > first && (row - first == MostRows || own + rows.Steps(row) > _steps))
            {
                _groups.Add((first, row - first));
                (first, own) = (row, 0);
            }
            own += rows.Steps(row);
            all += rows.Steps(row);
        }
        if (first < rows.Count)
        {
            _groups.Add((first, rows.Count - first));
        }
        return all;
    }

    private unsafe void Score(RowStore rows, int first, int count, float[] scores, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var group = new RaggedRows(rows, first, count, network.Channels, scratch);
        var outputs = scratch.Take((nint)count * network.Outputs);
        network.Run(group, outputs, scratch);
        for (var row = 0; row < count; row++)
        {
            var own = scores.AsSpan((first + row) * network.Outputs, network.Outputs);
            new ReadOnlySpan<float>(outputs + ((nint)row * network.Outputs), network.Outputs).CopyTo(own);
            head.Activate(own);
        }
    }

    private Scratch Take()
    {
        lock (_scratch)
        {
            return _scratch.TryPop(out var kept) ? kept : new Scratch();
        }
    }

    private void GiveBack(Scratch scratch)
    {
        lock (_scratch)
        {
            _scratch.Push(scratch);
        }
    }
}
