using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Recurrent;

/// <summary>The block: step by step the same as at once, and its parts are there as the options say.</summary>
[TestClass]
public sealed class RecurrentBlockTests
{
    private const int Batch = 2, Steps = 19, Channels = 8;

    [TestMethod]
    [DataRow(RecurrentCell.Elman, 4, RecurrentStructure.Dense)]
    [DataRow(RecurrentCell.Jordan, 4, RecurrentStructure.Dense)]
    [DataRow(RecurrentCell.Lstm, 4, RecurrentStructure.Dense)]
    [DataRow(RecurrentCell.Gru, 0, RecurrentStructure.Dense)]
    [DataRow(RecurrentCell.Lstm, 4, RecurrentStructure.RandomGraph)]
    [DataRow(RecurrentCell.Gru, 0, RecurrentStructure.RandomGraph)]
    public void Advance_AfterEveryStep_EqualsForward(RecurrentCell cell, int convolution, RecurrentStructure structure)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var block = Block(new() { Cell = cell, ConvolutionWidth = convolution, Structure = structure, Bidirectional = false });
        var steps = Tensors.Random(1, Batch, Steps, Channels);
        using var state = new StreamState();
        var expected = block.call(steps, new InputBatch(steps, [Steps, Steps]));
        for (var t = 0; t < Steps; t++)
        {
            Tensors.AssertClose(expected.narrow(1, t, 1), block.Advance(steps.narrow(1, t, 1), state), Tolerance.Single, $"step {t}");
        }
    }

    [TestMethod]
    public void Bidirectional_OfTurnedRowsWithTheDirectionsExchanged_IsTurned()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (block, twin) = (Block(new() { ConvolutionWidth = 0 }), Block(new() { ConvolutionWidth = 0 }));
        var (from, to) = (block.state_dict(), twin.state_dict());
        foreach (var (name, value) in from)
        {
            to[Exchanged(name)].copy_(name == "exit.weight" ? cat(value.chunk(2, 1).Reverse().ToArray(), 1) : value);
        }
        var steps = Tensors.Random(1, Batch, Steps, Channels);
        Tensor Run(ScanBlock which, Tensor input) => which.call(input, new InputBatch(input, [Steps, Steps]));
        Tensors.AssertClose(Run(block, steps), Run(twin, steps.flip(1)).flip(1), Tolerance.Single);
    }

    [TestMethod]
    public void ConvolutionWidthOfZero_LeavesTheRecurrentLayerAlone()
    {
        using var scope = NewDisposeScope();
        string[] Names(int width) =>
            [.. Block(new() { ConvolutionWidth = width, Bidirectional = false }).named_parameters().Select(p => p.name)];
        Assert.IsTrue(Names(0).All(name => name.StartsWith("forwards.", StringComparison.Ordinal)));
        Assert.IsTrue(Names(4).Any(name => name.StartsWith("convolution.", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Bidirectional_CannotStream_AndSaysWhatToSet()
    {
        using var scope = NewDisposeScope();
        StringAssert.Contains(Block(new()).StreamingObstacle!, nameof(RecurrentOptions.Bidirectional));
        Assert.IsNull(Block(new() { Bidirectional = false }).StreamingObstacle);
    }

    private static string Exchanged(string name) =>
        name.StartsWith("forwards.", StringComparison.Ordinal) ? name.Replace("forwards.", "backwards.", StringComparison.Ordinal)
        : name.Replace("backwards.", "forwards.", StringComparison.Ordinal);

    private static ScanBlock Block(RecurrentOptions options)
    {
        (options.HiddenSize, options.Graph.Nodes) = (Channels, 12);
        var block = RecurrentBlock.Create(options, 0, new RandomSource(), new Generator(7));
        block.eval();
        return block;
    }
}
