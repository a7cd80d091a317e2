using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class OptimizerTests
{
    private const int Steps = 20;
    private const double Rate = 0.01;
    private const double Decay = 0.1;

    [TestMethod]
    [DataRow(OptimizerKind.AdamW)]
    [DataRow(OptimizerKind.Adam)]
    [DataRow(OptimizerKind.Momentum)]
    [DataRow(OptimizerKind.Sgd)]
    public void Step_MovesAsTorchSharpsOwnOptimizer(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (new Bowl(), new Bowl());
        using var optimizer = new Optimizer(ours, new TrainingOptions { Optimizer = kind, WeightDecay = Decay });
        using var peer = Peer(kind, theirs);
        for (var step = 0; step < Steps; step++)
        {
            ours.Descend();
            theirs.Descend();
            optimizer.Step(Rate);
            peer.step();
        }
        Assert.IsLessThan(Tolerance.Single, Distance(ours.weight, theirs.weight));
    }

    [TestMethod]
    [DataRow(OptimizerKind.AdamW)]
    [DataRow(OptimizerKind.Sgd)]
    public void Decay_DrawsMatricesAlone(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        using var network = new Pair();
        using var optimizer = new Optimizer(network, new TrainingOptions { Optimizer = kind, WeightDecay = Decay });
        network.Descend(slope: 0);
        optimizer.Step(Rate);
        Assert.AreEqual(1 - (Rate * Decay), network.matrix[0, 0].Item<float>(), 1e-6);
        Assert.AreEqual(1, network.vector[0].Item<float>());
    }

    [TestMethod]
    [DataRow(OptimizerKind.AdamW)]
    [DataRow(OptimizerKind.Sgd)]
    public void Parameters_MoveAtTheirOwnRates(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        using var network = new Pair();
        using var optimizer = new Optimizer(network, new TrainingOptions { Optimizer = kind, WeightDecay = 0 });
        network.Descend(slope: 1);
        optimizer.Step(Rate);
        Assert.AreEqual(1 - Rate, network.matrix[0, 0].Item<float>(), 1e-6);
        Assert.AreEqual(1 - (Rate * Pair.RateOfVector), network.vector[0].Item<float>(), 1e-6);
    }

    [TestMethod]
    public void Adam_IsTheSameAsTensorOperations()
    {
        using var scope = NewDisposeScope();
        var step = AdamStep.Of(3, Rate, Decay, decoupled: true);
        Tensor[] fast = [.. Values()], readable = [.. Values()];
        step.Apply(Span(fast[0]), Span(fast[1]), Span(fast[2]), Span(fast[3]));
        TensorUpdates.Adam(step, readable[0], readable[1], readable[2], readable[3]);
        Assert.IsLessThan(Tolerance.Single, fast.Zip(readable, Distance).Max());
    }

    [TestMethod]
    public void Momentum_IsTheSameAsTensorOperations()
    {
        using var scope = NewDisposeScope();
        var step = new MomentumStep(0.05f, 0.9f, 0.1f);
        Tensor[] fast = [.. Values()], readable = [.. Values()];
        step.Apply(Span(fast[0]), Span(fast[1]), Span(fast[2]));
        TensorUpdates.Momentum(step, readable[0], readable[1], readable[2]);
        Assert.IsLessThan(Tolerance.Single, fast.Zip(readable, Distance).Max());
    }

    // Weights, gradient, first and second moment (which is not negative): 37 of each reach both the vectors and the tail.
    private static IEnumerable<Tensor> Values() =>
        Enumerable.Range(0, 4).Select(i => Numbers.Range(37, ScalarType.Float32).Scaled(i + 1).sin().abs().Plus(0.1));

    private static Span<float> Span(Tensor tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static double Distance(Tensor left, Tensor right) => (left - right).abs().max().Item<float>();

    private static OptimizerHelper Peer(OptimizerKind kind, Bowl bowl) => kind switch
    {
        OptimizerKind.AdamW => optim.AdamW(bowl.parameters(), Rate, weight_decay: Decay),
        OptimizerKind.Adam => optim.Adam(bowl.parameters(), Rate, weight_decay: Decay),
        OptimizerKind.Momentum => optim.SGD(bowl.parameters(), Rate, 0.9, weight_decay: Decay),
        _ => optim.SGD(bowl.parameters(), Rate, weight_decay: Decay),
    };

    /// <summary>A matrix and a vector of ones, of which the vector has a rate of its own.</summary>
    private sealed class Pair : Network, IParameterRules
    {
        public const double RateOfVector = 0.3;

        public readonly Parameter matrix;
        public readonly Parameter vector;

        public Pair()
            : base(nameof(Pair))
        {
            (matrix, vector) = (new Parameter(ones(2, 2)), new Parameter(ones(2)));
            RegisterComponents();
        }

        public double RateFactor(string name) => name == nameof(vector) ? RateOfVector : 1;

        public void Descend(double slope)
        {
            zero_grad();
            matrix.sum().Plus(vector.sum()).Scaled(slope).backward();
        }

        public override Tensor forward(InputBatch batch) => matrix;
    }

    /// <summary>A matrix whose squares, each with its own weight, are to be made small.</summary>
    private sealed class Bowl : Network
    {
        public readonly Parameter weight;

        public Bowl()
            : base(nameof(Bowl))
        {
            weight = new Parameter(Numbers.Range(33, ScalarType.Float32).view(3, 11).Minus(16).Over(7));
            RegisterComponents();
        }

        public void Descend()
        {
            zero_grad();
            (weight.Squared() * Numbers.Range(33, ScalarType.Float32).view(3, 11)).sum().backward();
        }

        public override Tensor forward(InputBatch batch) => weight;
    }
}
