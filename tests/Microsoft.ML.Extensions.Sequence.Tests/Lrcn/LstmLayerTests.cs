using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lrcn;

[TestClass]
public sealed class LstmLayerTests
{
    private const int Batch = 2, Steps = 5, Inputs = 3, Width = 4;

    [TestMethod]
    public void Forward_EqualsTorchsLstmOfTheSameWeights()
    {
        using var scope = NewDisposeScope();
        var layer = new LstmLayer(Inputs, Width, new Generator(1));
        using var noGrad = no_grad();
        var state = layer.state_dict();
        var theirs = nn.LSTM(Inputs, Width, batchFirst: true);
        theirs.state_dict()["weight_ih_l0"].copy_(TorchsOrder(state["weight"]));
        theirs.state_dict()["weight_hh_l0"].copy_(TorchsOrder(state["recurrent"].t()));
        theirs.state_dict()["bias_ih_l0"].copy_(TorchsOrder(state["bias"]));
        theirs.state_dict()["bias_hh_l0"].zero_();
        var steps = Tensors.Random(2, Batch, Steps, Inputs);
        // Without gradients libtorch takes oneDNN's LSTM, which is wrong on some processors with AVX-512.
        using var gradients = enable_grad();
        Tensors.AssertClose(theirs.call(steps).Item1.detach(), layer.call(steps).detach(), Tolerance.Single);
    }

    [TestMethod]
    public void Step_AfterStep_EqualsForward()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layer = new LstmLayer(Inputs, Width, new Generator(1));
        var steps = Tensors.Random(2, Batch, Steps, Inputs);
        var whole = layer.call(steps);
        var state = layer.Start(Batch, steps);
        for (var t = 0; t < Steps; t++)
        {
            state = layer.Step(steps.select(1, t), state);
            Tensors.AssertClose(whole.select(1, t), state.Output, Tolerance.Single);
        }
    }

    [TestMethod]
    public void FirstWeights_ComeFromTheGeneratorAlone()
    {
        using var scope = NewDisposeScope();
        var before = get_rng_state();
        var (first, second) = (new LstmLayer(Inputs, Width, new Generator(7)), new LstmLayer(Inputs, Width, new Generator(7)));
        Tensors.AssertSameBits(before, get_rng_state());
        foreach (var (name, value) in first.state_dict())
        {
            Tensors.AssertSameBits(value, second.state_dict()[name], name);
        }
    }

    // Ours are input, forget, output, candidate; torch has the candidate third.
    private static Tensor TorchsOrder(Tensor gates)
    {
        var parts = gates.chunk(4, 0);
        return cat([parts[0], parts[1], parts[3], parts[2]]);
    }
}
