using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Some heads and some positions of an activation.</summary>
internal sealed class ActivationPart
{
    private readonly HookPoint _point;
    private readonly IReadOnlyList<int>? _heads;
    private readonly IReadOnlyList<int>? _positions;

    public ActivationPart(HookPoint point, IReadOnlyList<int>? heads, IReadOnlyList<int>? positions)
    {
        if (heads is not null && !point.HasHeads)
        {
            throw new ArgumentException(
                $"Heads were named for '{point}', which has none; name none, or take '{HookKind.HeadResult}'.", nameof(heads));
        }
        if (positions is not null && point.TokenAxis < 0)
        {
            throw new ArgumentException($"Positions were named for '{point}', which has none; name none.", nameof(positions));
        }
        (_point, _heads, _positions) = (point, heads, positions);
    }

    /// <summary>A mask of the part, in a shape that broadcasts to the activation; null for the whole activation.</summary>
    public Tensor? Mask(Tensor activation, IReadOnlyList<int> lengths)
    {
        var heads = _heads is null ? null : HeadMask(activation, _heads);
        var positions = _positions is null ? null : PositionMask(activation, _positions, lengths);
        return heads is null ? positions : positions is null ? heads : heads.logical_and(positions);
    }

    private Tensor HeadMask(Tensor activation, IReadOnlyList<int> heads)
    {
        var marks = new bool[activation.shape[_point.HeadAxis]];
        foreach (var head in heads)
        {
            if (head < 0 || head >= marks.Length)
            {
                throw new ArgumentException($"Head {head} was named for '{_point}', which has heads 0 to {marks.Length - 1}.");
            }
            marks[head] = true;
        }
        var shape = Ones(activation);
        shape[_point.HeadAxis] = marks.Length;
        return tensor(marks, device: activation.device).reshape(shape);
    }

    private Tensor PositionMask(Tensor activation, IReadOnlyList<int> positions, IReadOnlyList<int> lengths)
    {
        var steps = (int)activation.shape[_point.TokenAxis];
        var marks = new bool[lengths.Count * steps];
        for (var row = 0; row < lengths.Count; row++)
        {
            foreach (var position in positions)
            {
                var step = position < 0 ? lengths[row] + position : position;
                if (step < 0 || step >= lengths[row])
                {
                    throw new ArgumentException($"Position {position} was named for '{_point}', and row {row} has {lengths[row]} tokens.");
                }
                marks[(row * steps) + step] = true;
            }
        }
        var shape = Ones(activation);
        (shape[0], shape[_point.TokenAxis]) = (lengths.Count, steps);
        return tensor(marks, device: activation.device).reshape(shape);
    }

    private static long[] Ones(Tensor activation) => [.. Enumerable.Repeat(1L, (int)activation.dim())];
}
