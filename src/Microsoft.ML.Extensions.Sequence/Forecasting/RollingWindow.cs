using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The last steps of a series, <c>[L, C]</c>, the last P channels of which are known in advance.</summary>
internal sealed class RollingWindow(int length, int channels, int known, int horizon)
{
    private const string StepsName = "steps";
    private const string ValuesName = "values";

    // Longer than any series, and small enough that adding a horizon does not overflow.
    private const long LargestSteps = 1L << 53;

    private float[] _values = new float[length * channels];

    public int Length => length;

    public int Channels => channels;

    /// <summary>The number of future steps that a window needs.</summary>
    public int Ahead => known == 0 ? 0 : horizon;

    /// <summary>The steps added.</summary>
    public long Steps { get; private set; }

    public void Add(ReadOnlySpan<float> step)
    {
        step.CopyTo(Row(Steps));
        Steps++;
    }

    /// <summary>Passes over steps that no later window reads.</summary>
    public void Skip(long steps) => Steps += steps;

    /// <summary>The window that ends at the last step.</summary>
    /// <param name="future">The channels of the next <see cref="Ahead"/> steps, of which the known ones are read.</param>
    public float[] Window(IReadOnlyList<float[]> future)
    {
        var window = new float[length * channels];
        for (var place = 0; place < length; place++)
        {
            var target = window.AsSpan(place * channels, channels);
            Row(Steps + place)[..^known].CopyTo(target);
            var later = place + horizon - length;
            var source = later >= 0 && known > 0 ? future[later] : Row(Steps + place + horizon);
            source[^known..].CopyTo(target[^known..]);
        }
        return window;
    }

    public void Clear() => Steps = 0;

    public byte[] Save()
    {
        using var scope = NewDisposeScope();
        return Safetensors.Write([(StepsName, tensor(Steps)), (ValuesName, tensor(_values))]);
    }

    /// <exception cref="FormatException">The bytes are not a window of this shape; nothing has changed.</exception>
    public void Load(byte[] bytes)
    {
        Safetensors.Check(
            $"The bytes are not the state of a series of windows of {length} steps and {channels} channels",
            new Dictionary<string, WantedTensor>
            {
                [StepsName] = new(ScalarType.Int64, []),
                [ValuesName] = new(ScalarType.Float32, [_values.Length], IsFinite: false),
            },
            bytes);
        using var scope = NewDisposeScope();
        var tensors = Safetensors.Read(bytes);
        scope.Attach(tensors.Values);
        var (steps, values) = (tensors[StepsName].data<long>()[0], tensors[ValuesName].data<float>().ToArray());
        // A series may have missing values, but no infinity.
        if (steps is < 0 or > LargestSteps || values.Any(float.IsInfinity))
        {
            throw new FormatException(
                $"The state of the series is of {steps} steps, or has an infinite value; allowed are 0 to {LargestSteps} steps.");
        }
        (Steps, _values) = (steps, values);
    }

    private Span<float> Row(long step) => _values.AsSpan((int)(step % length) * channels, channels);
}
