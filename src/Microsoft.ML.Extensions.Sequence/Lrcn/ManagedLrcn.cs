using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="LrcnNetwork"/> as C# kernels.</summary>
internal sealed unsafe class ManagedLrcn : ManagedNetwork
{
    // Clips that share what is read of the weights: of so many steps together, or one.
    private const int MostSteps = 512;
    private const int MostClips = 64;

    private readonly LrcnOptions _options;
    private readonly IRowHead _head;
    private readonly ManagedFrameEncoder _encoder;
    private readonly ManagedScan[] _recurrence;
    private readonly ManagedLinear _output;
    private readonly int _width;

    /// <param name="options">The options.</param>
    /// <param name="input">The input column.</param>
    /// <param name="outputs">K.</param>
    /// <param name="head">Averages predictions.</param>
    /// <param name="parts">The weights.</param>
    public ManagedLrcn(LrcnOptions options, InputColumn input, int outputs, IRowHead head, ManagedParts parts)
    {
        (_options, _head, _width, Channels) = (options, head, options.HiddenSize, input.Channels);
        _encoder = new ManagedFrameEncoder(options.Encoder, LrcnNetwork.FrameOf(input), parts.At("encoder"));
        _recurrence = [.. Enumerable.Range(0, options.SingleFrame ? 0 : options.Layers).Select(layer =>
            ManagedLstm.Create(parts.At(string.Create(CultureInfo.InvariantCulture, $"recurrence.{layer}")), _width))];
        _output = parts.Linear("output", _width, outputs);
        // A frame is in about so many clips.
        var clips = options.SingleFrame ? 1 : (options.ClipLength + options.ClipStride - 1) / options.ClipStride;
        StepWork = _encoder.Work + (clips * (_recurrence.Sum(layer => layer.StepWork) + _output.Work));
    }

    public override InputRange? Range => _encoder.Range;

    public override int Channels { get; }

    public override int Outputs => _output.Outputs;

    public override long StepWork { get; }

    public override void Run(in RaggedRows rows, float* outputs, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var features = scratch.Take((nint)rows.Steps * _width);
        _encoder.Run(rows.Steps, rows.Values, features, scratch);
        var longest = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            longest = Math.Max(longest, ClipOf(rows.Length(row)));
        }
        var clips = new Clips(Math.Max(MostSteps, longest), _width, scratch);
        var sums = (double*)scratch.Take(2 * (nint)rows.Count * _head.Means);
        new Span<double>(sums, rows.Count * _head.Means).Clear();
        for (var row = 0; row < rows.Count; row++)
        {
            var length = ClipOf(rows.Length(row));
            var own = features + ((nint)rows.Starts[row] * _width);
            // The last clip ends with the row.
            var last = rows.Length(row) - length;
            for (var index = 0; index < ClipsOf(rows.Length(row)); index++)
            {
                if (!clips.HasRoom(length))
                {
                    AddMeans(ref clips, sums, scratch);
                }
                clips.Add(row, own + (Math.Min((nint)index * _options.ClipStride, last) * _width), length);
            }
        }
        AddMeans(ref clips, sums, scratch);
        for (var row = 0; row < rows.Count; row++)
        {
            var mean = new Span<double>(sums + ((nint)row * _head.Means), _head.Means);
            // Clips of a row have one length, so that all predictions of a mean weigh the same.
            var predictions = (double)ClipsOf(rows.Length(row)) * (_options.Fusion == FrameFusion.Last ? 1 : ClipOf(rows.Length(row)));
            foreach (ref var value in mean)
            {
                value /= predictions;
            }
            _head.FromMeans(mean, new Span<float>(outputs + ((nint)row * Outputs), Outputs));
        }
    }

    private int ClipOf(int steps) => _options.SingleFrame ? steps : Math.Min(steps, _options.ClipLength);

    private int ClipsOf(int steps) => 1 + (int)(((long)steps - ClipOf(steps) + _options.ClipStride - 1) / _options.ClipStride);

    // Adds the predictions of clips to the sums of their rows, and begins anew.
    private void AddMeans(ref Clips clips, double* sums, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var rows = clips.Rows;
        var states = rows.Values;
        if (_recurrence.Length > 0)
        {
            var size = (nint)rows.Steps * _width;
            var next = scratch.Take(size);
            var other = _recurrence.Length > 1 ? scratch.Take(size) : null;
            foreach (var layer in _recurrence)
            {
                layer.Run(rows, states, next, scratch);
                states = next;
                next = other;
                other = states;
            }
        }
        var predictions = scratch.Take((nint)rows.Steps * Outputs);
        _output.Run(rows.Steps, states, predictions, scratch);
        for (var clip = 0; clip < rows.Count; clip++)
        {
            var sum = new Span<double>(sums + ((nint)clips.RowOf(clip) * _head.Means), _head.Means);
            var (first, end) = (rows.Starts[clip], rows.Starts[clip + 1]);
            for (nint step = _options.Fusion == FrameFusion.Last ? end - 1 : first; step < end; step++)
            {
                _head.AddMeans(new ReadOnlySpan<float>(predictions + (step * Outputs), Outputs), sum);
            }
        }
        clips.Clear();
    }

    // Clips that are scored together: the features of their frames, one clip after the other.
    private ref struct Clips(int most, int width, Scratch scratch)
    {
        private readonly float* _features = scratch.Take((nint)most * width);
        private readonly int* _starts = scratch.TakeIntegers(MostClips + 1);
        private readonly int* _rows = scratch.TakeIntegers(MostClips);
        private int _count;

        public readonly RaggedRows Rows => new(_features, _starts, _count, width);

        public readonly int RowOf(int clip) => _rows[clip];

        public readonly bool HasRoom(int steps) => _count < MostClips && (_count == 0 ? 0 : _starts[_count]) + steps <= most;

        public void Add(int row, float* features, int steps)
        {
            _starts[0] = 0;
            var start = _starts[_count];
            new Span<float>(features, checked(steps * width)).CopyTo(new Span<float>(_features + ((nint)start * width), steps * width));
            _rows[_count++] = row;
            _starts[_count] = start + steps;
        }

        public void Clear() => _count = 0;
    }
}
