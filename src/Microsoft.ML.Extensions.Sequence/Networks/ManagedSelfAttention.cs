using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="SelfAttentionLayer"/> as C# kernels: some queries at a time, with the scores of all steps in the cache.</summary>
internal sealed unsafe class ManagedSelfAttention : ManagedAttention
{
    private const int Queries = 32;
    private const int Lane = 16;

    private readonly LaneKernels _kernels;
    private readonly int _heads;
    private readonly int _width;
    private readonly bool _causal;
    private readonly ManagedLinear _inputs;
    private readonly ManagedLinear _exit;

    /// <param name="channels">D.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="width">W, the channels of a head's queries, keys and values.</param>
    /// <param name="causal">Whether a step attends only to itself and earlier steps.</param>
    /// <param name="parts">The weights.</param>
    public ManagedSelfAttention(int channels, int heads, int width, bool causal, ManagedParts parts)
    {
        (_kernels, _heads, _width, _causal) = (parts.Kernels, heads, width, causal);
        var inside = heads * width;
        var (query, value) = (parts.Weights.At("query"), parts.Weights.At("value"));
        // Queries are divided by the root here, so that scores need not be.
        var factor = 1 / Math.Sqrt(width);
        float[] Scaled(float[] values) => Array.ConvertAll(values, number => (float)(number * factor));
        float[] weight =
        [
            .. Scaled(query.Singles("weight", inside, channels)), .. parts.Weights.Singles("key", inside, channels),
            .. value.Singles("weight", inside, channels),
        ];
        float[] bias = [.. Scaled(query.Singles("bias", inside)), .. new float[inside], .. value.Singles("bias", inside)];
        _inputs = new ManagedLinear(parts.Kernels, weight, bias, channels, 3 * inside);
        _exit = parts.Linear("exit", inside, channels);
    }

    public override long StepWork => _inputs.Work + _exit.Work;

    public override void Run(in RaggedRows rows, float* input, float* residual, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        nint inside = _heads * _width;
        var inputs = scratch.Take(rows.Steps * 3 * inside);
        _inputs.Run(rows.Steps, input, inputs, scratch);
        var attended = scratch.Take(rows.Steps * inside);
        for (var row = 0; row < rows.Count; row++)
        {
            nint first = rows.Starts[row];
            for (var head = 0; head < _heads; head++)
            {
                Attend(rows.Length(row), inputs + (first * 3 * inside) + (head * _width), attended + (first * inside) + (head * _width), scratch);
            }
        }
        _exit.Run(rows.Steps, attended, output, scratch, residual);
    }

    public override void Advance(
        in RaggedRows rows, float* input, float* residual, float* output, ManagedStreamState state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var inside = _heads * _width;
        var inputs = scratch.Take((nint)rows.Steps * 3 * inside);
        _inputs.Run(rows.Steps, input, inputs, scratch);
        var attended = scratch.Take((nint)rows.Steps * inside);
        var (keys, values) = (state.Growing("keys", _heads, _width), state.Growing("values", _heads, _width));
        for (nint step = 0; step < rows.Steps; step++)
        {
            var query = inputs + (step * 3 * inside);
            keys.Append(query + inside);
            values.Append(query + (2 * inside));
            AttendLast(keys, values, query, attended + (step * inside), scratch);
        }
        _exit.Run(rows.Steps, attended, output, scratch, residual);
    }

    // The last of the steps so far, to all of them.
    private void AttendLast(GrowingStateArray keys, GrowingStateArray values, float* query, float* attended, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var scores = scratch.Take(keys.Steps);
        for (var head = 0; head < _heads; head++)
        {
            var channel = head * _width;
            new Span<float>(scores, keys.Steps).Clear();
            _kernels.AddScaled(keys.Steps, _width, query + channel, keys.Channel(channel), keys.Stride, scores);
            _kernels.Softmax(keys.Steps, scores);
            _kernels.Dots(keys.Steps, _width, scores, values.Channel(channel), values.Stride, attended + channel);
        }
    }

    // One head of one row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Attend(int steps, float* queries, float* attended, Scratch scratch)
    {
        using var mark = scratch.Begin();
        nint inside = _heads * _width, stride = 3 * inside;
        var padded = Padded(steps);
        using var keys = Keys(steps, padded, queries + inside, stride, scratch);
        using var values = Values(steps, queries + (2 * inside), stride, scratch);
        var scores = scratch.Take((nint)Queries * padded);
        var totals = scratch.Take(Queries);
        var sums = scratch.Take((nint)Queries * values.Columns);
        for (var first = 0; first < steps; first += Queries)
        {
            var count = Math.Min(Queries, steps - first);
            _kernels.Product(count, keys, queries + (first * stride), stride, scores, padded);
            for (var query = 0; query < count; query++)
            {
                var seen = _causal ? first + query + 1 : steps;
                var own = scores + ((nint)query * padded);
                totals[query] = _kernels.Exponentials(seen, own);
                new Span<float>(own + seen, steps - seen).Clear();
            }
            _kernels.Product(count, values, scores, padded, sums, values.Columns);
            for (var query = 0; query < count; query++)
            {
                _kernels.Scale(
                    _width, 1 / totals[query], sums + ((nint)query * values.Columns), attended + ((first + query) * inside));
            }
        }
    }

    // [W, T], with steps of zeros up to a multiple of a lane.
    private PackedMatrix Keys(int steps, int padded, float* keys, nint stride, Scratch scratch)
    {
        if (padded == steps)
        {
            return PackedMatrix.Of(keys, _width, padded, 1, stride, _kernels.Width, isDense: true);
        }
        using var mark = scratch.Begin();
        var copy = scratch.Take((nint)padded * _width);
        for (nint step = 0; step < padded; step++)
        {
            Copy(step < steps ? keys + (step * stride) : null, copy + (step * _width), _width);
        }
        return PackedMatrix.Of(copy, _width, padded, 1, _width, _kernels.Width, isDense: true);
    }

    // [T, W], with channels of zeros up to a multiple of a lane.
    private PackedMatrix Values(int steps, float* values, nint stride, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var padded = Padded(_width);
        var copy = scratch.Take((nint)steps * padded);
        for (nint step = 0; step < steps; step++)
        {
            Copy(values + (step * stride), copy + (step * padded), _width);
            Copy(null, copy + (step * padded) + _width, padded - _width);
        }
        return PackedMatrix.Of(copy, steps, padded, padded, 1, _kernels.Width, isDense: true);
    }

    private static void Copy(float* source, float* target, int count)
    {
        var to = new Span<float>(target, count);
        if (source == null)
        {
            to.Clear();
            return;
        }
        new Span<float>(source, count).CopyTo(to);
    }

    private static int Padded(int count) => (count + Lane - 1) / Lane * Lane;
}
