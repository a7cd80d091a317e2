using System.Globalization;
using System.Numerics;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary><see cref="DeepNetwork"/> as C# kernels. Images have their channels last, so that a window's row is one piece of memory.</summary>
internal sealed unsafe class ManagedDeepNetwork : ManagedNetwork
{
    // Of rows that are computed together, the numbers of the widest layer.
    private const int WidestOfRows = 1 << 18;

    private readonly InputColumn _input;
    private readonly FrameShape? _image;
    private readonly float[] _mean;
    private readonly float[] _inverse;
    private readonly ManagedDeepLayer[] _layers;
    private readonly ManagedDeepLayer _output;

    /// <param name="options">The options.</param>
    /// <param name="input">The input column.</param>
    /// <param name="outputs">K.</param>
    /// <param name="parts">The weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">The architecture needs images, and the column has none.</exception>
    public ManagedDeepNetwork(DeepNetworkOptions options, InputColumn input, int outputs, ManagedParts parts)
    {
        var plan = options.Plan();
        var image = input.Steps == 1 ? input.Frame : null;
        if (plan.NeedsImages && image is null)
        {
            throw SchemaColumns.WrongType(
                input.Name, "Feature", $"an image [C, H, W] of Single, since Architecture '{options.Architecture}' has conv or pool",
                    input.Type.ToString()!);
        }
        _input = input;
        _image = plan.NeedsImages ? image : null;
        (_mean, _inverse) = (parts.Weights.Singles("mean", Values), parts.Weights.Singles("inverse", Values));
        var shape = new DeepShape(_image, Values);
        var layers = new List<ManagedDeepLayer>();
        for (var index = 0; index < plan.Layers.Count; index++)
        {
            var gamma = plan.Follows(index) ? (float)plan.ResidualWeight!.Value : 0;
            layers.Add(new ManagedDeepLayer(
                plan.Layers[index], shape, gamma, parts.At(string.Create(CultureInfo.InvariantCulture, $"layers.{index}")),
                ManagedDeepNorm.Create(plan, index, shape.After(plan.Layers[index]), parts), options));
            shape = shape.After(plan.Layers[index]);
        }
        _layers = [.. layers];
        _output = new ManagedDeepLayer(new LayerPlan(outputs, 0, plan.LastPool), shape, 0, parts.At("output"), null, null);
    }

    public override InputRange? Range => null;

    public override int Channels => _input.Channels;

    public override int Outputs => _output.Size;

    public override long StepWork => (_layers.Sum(layer => layer.Work) + _output.Work) / Math.Max(1, _input.Steps);

    public override int StepsAtOnce =>
        _input.Steps * Math.Max(1, WidestOfRows / _layers.Append(_output).Max(layer => Math.Max(layer.Size, Values)));

    private int Values => _input.Steps * _input.Channels;

    public override void Run(in RaggedRows rows, float* outputs, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var reads = Standardized(rows, scratch);
        float* before = null;
        foreach (var layer in _layers)
        {
            var z = scratch.Take((nint)rows.Count * layer.Size);
            layer.Run(rows.Count, reads, before, z, scratch);
            reads = scratch.Take((nint)rows.Count * layer.Size);
            layer.Activate(rows.Count, z, reads);
            before = z;
        }
        _output.Run(rows.Count, reads, null, outputs, scratch);
    }

    private float* Standardized(in RaggedRows rows, Scratch scratch)
    {
        var standard = scratch.Take((nint)rows.Count * Values);
        for (var row = 0; row < rows.Count; row++)
        {
            var found = rows.Length(row) * Channels;
            if (found != Values)
            {
                throw new InvalidDataException(
                    $"Column '{_input.Name}' has rows of {found} values; those of training have {Values}.");
            }
            var values = rows.Values + ((nint)rows.Starts[row] * Channels);
            Standardize(values, standard + ((nint)row * Values), scratch);
        }
        return standard;
    }

    private void Standardize(float* values, float* target, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var isMoved = _image is { Channels: > 1 };
        var standard = isMoved ? scratch.Take(Values) : target;
        Standardize(new ReadOnlySpan<float>(values, Values), new Span<float>(standard, Values));
        if (isMoved)
        {
            MoveChannelsLast(standard, target);
        }
    }

    private void Standardize(ReadOnlySpan<float> values, Span<float> target)
    {
        const float limit = (float)DeepNetwork.Limit;
        var mean = _mean.AsSpan(0, values.Length);
        var inverse = _inverse.AsSpan(0, values.Length);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var standard = (new Vector<float>(values[i..]) - new Vector<float>(mean[i..])) * new Vector<float>(inverse[i..]);
            Vector.Min(Vector.Max(standard, new Vector<float>(-limit)), new Vector<float>(limit)).CopyTo(target[i..]);
        }
        for (; i < values.Length; i++)
        {
            target[i] = Math.Clamp((values[i] - mean[i]) * inverse[i], -limit, limit);
        }
    }

    // [C, H, W] to [H, W, C].
    private void MoveChannelsLast(float* values, float* target)
    {
        var (channels, pixels) = (_image!.Channels, _image.Height * _image.Width);
        for (var channel = 0; channel < channels; channel++, values += pixels)
        {
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                target[((nint)pixel * channels) + channel] = values[pixel];
            }
        }
    }
}
