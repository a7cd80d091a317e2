using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="Microsoft.ML.Extensions.Networks.StepEmbedding"/> as C# kernels: the values of rows, <c>[S, C]</c>, to <c>[S, D]</c>.</summary>
internal sealed unsafe class ManagedEmbedding
{
    private readonly int _width;
    private readonly int _cardinality;
    private readonly int _values;
    private readonly float[] _table;
    private readonly float[] _mean;
    private readonly float[] _scale;
    private readonly ManagedLinear? _linear;

    /// <param name="input">The input column.</param>
    /// <param name="width">D.</param>
    /// <param name="patch">The steps of the column that are one step of the rows.</param>
    /// <param name="parts">The weights.</param>
    public ManagedEmbedding(InputColumn input, int width, int patch, ManagedParts parts)
    {
        (_width, _cardinality, _values, Channels) = (width, input.Cardinality, checked(patch * input.Channels), input.Channels);
        (_table, _mean, _scale) = ([], [], []);
        if (input.Kind == InputKind.Tokens)
        {
            _table = parts.Weights.Singles("weight", input.Cardinality, width);
            return;
        }
        _mean = parts.Weights.Singles("mean", input.Channels);
        _scale = parts.Weights.Singles("scale", input.Channels);
        _linear = new ManagedLinear(
            parts.Kernels, parts.Weights.Singles("weight", width, _values), parts.Weights.Singles("bias", width), _values, width);
        Range = InputRange.Around(_mean, _scale);
    }

    /// <summary>C, of the column.</summary>
    public int Channels { get; }

    /// <summary>The range of numbers; null for tokens.</summary>
    public InputRange? Range { get; }

    /// <summary>The multiplications of a step.</summary>
    public long StepWork => _linear?.Work ?? 0;

    /// <summary>Embeds rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(in RaggedRows rows, float* output, Scratch scratch)
    {
        if (_linear is null)
        {
            for (nint step = 0; step < rows.Steps; step++)
            {
                LookUp((int)rows.Values[step], new Span<float>(output + (step * _width), _width));
            }
            return;
        }
        using var mark = scratch.Begin();
        var count = (nint)rows.Steps * _values;
        var standard = scratch.Take(count);
        for (nint i = 0, channel = 0; i < count; i++)
        {
            standard[i] = (rows.Values[i] - _mean[channel]) / _scale[channel];
            channel = channel + 1 == Channels ? 0 : channel + 1;
        }
        _linear.Run(rows.Steps, standard, output, scratch);
    }

    // Key 0 is the unknown token.
    private void LookUp(int token, Span<float> target)
    {
        if (token == 0)
        {
            target.Clear();
            return;
        }
        if (token < 0 || token > _cardinality)
        {
            throw new InvalidDataException($"The token {token} is none of the {_cardinality} that the model knows.");
        }
        _table.AsSpan((token - 1) * _width, _width).CopyTo(target);
    }
}
