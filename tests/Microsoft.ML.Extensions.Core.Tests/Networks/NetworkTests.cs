using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

/// <summary>What a network need not say, and what parts of it say wherever they stand.</summary>
[TestClass]
public sealed class NetworkTests
{
    private static readonly InputBatch Batch = new(ones(2, 1, 1), [1, 1]);

    [TestMethod]
    public void NetworkThatSaysNothing_TakesAllNumbersInWholeRowsAndLearnsFromItsOutputs()
    {
        using var scope = NewDisposeScope();
        using var network = new Plain(new Inner());
        Assert.IsNull(IBounded.RangeOf(network));
        Assert.AreEqual(0, IRowMemory.BytesOf(network, 1000));
        var streamable = IStreamable.Of(network);
        Assert.AreEqual("it takes whole rows only", streamable.StreamingObstacle);
        using var state = new StreamState();
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => streamable.Advance(Batch, state)).Message, "it takes whole rows only");
        var losses = IOwnLoss.Of(network, Batch, ones(2), (outputs, labels) => outputs.squeeze(1).Minus(labels));
        CollectionAssert.AreEqual(new float[] { 6, 6 }, losses.data<float>().ToArray());
    }

    [TestMethod]
    public void PartsOfANetwork_AreConstrainedAndGivenTheGeneratorWhereverTheyStand()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var inner = new Inner();
        using var network = new Plain(inner);
        IConstrained.Constrain(network);
        Assert.AreEqual(2f, inner.weight.data<float>()[0]);
        IRandomized.Set(network, generator);
        Assert.AreSame(generator, inner.Randomness.Generator);
    }

    [TestMethod]
    public void Parameter_LearnsByTheRulesOfAllModulesAroundIt()
    {
        using var scope = NewDisposeScope();
        using var network = new Around(new Plain(new Inner()));
        var rules = ParameterRule.Of(network).ToDictionary(rule => rule.Name, rule => (rule.Decays, rule.RateFactor));
        Assert.AreEqual((false, 0.25 * 3), rules["network.inner.weight"]);
        Assert.AreEqual((true, 0.5 * 3), rules["network.inner.matrix"]);
        Assert.AreEqual((true, 1.0 * 3), rules["network.matrix"]);
        Assert.AreEqual((false, 1.0 * 3), rules["matrix"]);
    }

    private sealed class Inner : nn.Module<Tensor, Tensor>, IConstrained, IRandomized, IParameterRules
    {
        public readonly Parameter weight;
        private readonly Parameter matrix;

        public Inner()
            : base(nameof(Inner))
        {
            (weight, matrix) = (new Parameter(ones(1).Scaled(7)), new Parameter(ones(1, 1)));
            RegisterComponents();
        }

        public RandomSource Randomness { get; } = new();

        public void Constrain()
        {
            using var _ = no_grad();
            weight.copy_(ones(1).Scaled(2));
        }

        // Of a vector nobody needs to ask.
        public bool Decays(string name, Parameter parameter) => true;

        public double RateFactor(string name) => name == nameof(weight) ? 0.25 : 0.5;

        public override Tensor forward(Tensor input) => input * weight;
    }

    private sealed class Plain : Network
    {
        private readonly Inner inner;
        private readonly Parameter matrix;

        public Plain(Inner part)
            : base(nameof(Plain))
        {
            (inner, matrix) = (part, new Parameter(ones(1, 1)));
            RegisterComponents();
        }

        public override Tensor forward(InputBatch batch) => inner.call(batch.Values.select(1, 0)).mm(matrix);
    }

    private sealed class Around : Network, IParameterRules
    {
        private readonly Plain network;
        private readonly Parameter matrix;

        public Around(Plain inner)
            : base(nameof(Around))
        {
            (network, matrix) = (inner, new Parameter(ones(1, 1)));
            RegisterComponents();
        }

        public bool Decays(string name, Parameter parameter) => name != nameof(matrix);

        public double RateFactor(string name) => 3;

        public override Tensor forward(InputBatch batch) => network.call(batch).mm(matrix);
    }
}
