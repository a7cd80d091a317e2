using Microsoft.ML.Extensions.Columns;
using TorchSharp.Modules;
using static TorchSharp.torch;
using RowBatches = System.Collections.Generic.IEnumerable<(Microsoft.ML.Extensions.Columns.RowStore Store, System.ArraySegment<int> Rows, Microsoft.ML.Extensions.Columns.RowPart Part)>;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The loss of outputs <c>[N, K]</c> against labels <c>[N]</c>: a number each, <c>[N]</c>.</summary>
internal delegate Tensor OutputLoss(Tensor outputs, Tensor labels);

/// <summary>A network from rows of unequal length to outputs <c>[B, K]</c>; a row's outputs do not depend on its padding or its neighbours.</summary>
internal abstract class Network(string name) : nn.Module<InputBatch, Tensor>(name)
{
    /// <summary>A network that belongs to no dispose scope; what its making needed beside its weights is freed.</summary>
    public static Network Unscoped(Func<Network> make)
    {
        using var scope = NewDisposeScope();
        var network = make();
        foreach (var value in network.state_dict().Values)
        {
            value.DetachFromDisposeScope();
        }
        return network;
    }

    /// <summary>Called before saved weights are read, with their shapes, for a network that has as many of them as its data had rows.</summary>
    public virtual void MakeRoom(IReadOnlyDictionary<string, long[]> shapes)
    {
    }

    /// <summary>Called after saved weights were read, for a network whose shapes its options do not tell.</summary>
    /// <param name="input">What is read.</param>
    /// <param name="outputs">The outputs a row.</param>
    /// <exception cref="FormatException">The weights are not those of such a network.</exception>
    public virtual void CheckLoaded(InputColumn input, int outputs)
    {
    }

    /// <summary>Called after each optimiser step, to keep weights where the method needs them.</summary>
    public virtual void Constrain()
    {
    }

    /// <summary>Called once before training with what the first pass over the data told.</summary>
    public virtual void Prepare(Numerics.ChannelStatistics statistics)
    {
    }

    /// <summary>What the values of a row to be scored may be, by what training saw; null for all finite numbers.</summary>
    public virtual InputRange? Range => null;

    /// <summary>Whether <see cref="Solve"/> may leave a network that is better than all that training makes of it.</summary>
    public virtual bool BeginsSolved => false;

    /// <summary>Called once before training, after <see cref="Prepare"/>, to set what has a closed form.</summary>
    /// <param name="batches">The rows, and what each is for: to learn from, or to decide by.</param>
    /// <param name="ofAll">Whether all are learned from once it is decided.</param>
    public virtual void Solve(RowBatches batches, bool ofAll)
    {
    }

    /// <summary>The loss of each row, <c>[B]</c>: that of its outputs, unless the network learns from something on the way to them as well.</summary>
    public virtual Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss) => loss(call(batch), labels);

    /// <summary>About the bytes that training keeps of a row of so many steps; 0 where rows are so small that it does not matter.</summary>
    public virtual long RowBytes(long steps) => 0;

    /// <summary>The outputs of all matrices of a module together: what it computes of a step.</summary>
    /// <param name="module">The module.</param>
    /// <param name="pixels">The places at which convolutions over frames give their outputs; half of them on the mean, since frames shrink on the way.</param>
    protected static long Widths(nn.Module module, long pixels = 1) => module.parameters().Where(parameter => parameter.dim() > 1)
        .Sum(parameter => parameter.shape[0] * (parameter.dim() == 4 ? Math.Max(1, pixels / 2) : 1));

    /// <summary>The source of randomness in training, for dropout; not used in scoring.</summary>
    public virtual RandomSource Randomness { get; } = new();

    /// <summary>Parameters that weight decay draws to zero: matrices, unless a network knows better.</summary>
    public virtual bool Decays(string parameterName, Parameter parameter) => parameter.dim() > 1;

    /// <summary>The learning rate of a parameter over that of the run.</summary>
    public virtual double RateFactor(string parameterName) => 1;

    /// <summary>
    /// Why the network cannot go step by step in bounded memory and what to set, as a part of a sentence; null where it can.
    /// </summary>
    public virtual string? StreamingObstacle => "it takes whole rows only";

    /// <summary>
    /// The outputs after further steps of rows that go on from <paramref name="state"/>: what forward gives for all steps so far.
    /// </summary>
    /// <param name="batch">The further steps, of the same number in every row.</param>
    /// <param name="state">What the rows before it left; their number must not change.</param>
    public virtual Tensor Advance(InputBatch batch, StreamState state) =>
        throw new NotSupportedException($"The network cannot go step by step: {StreamingObstacle}.");
}
