using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lssl;

/// <summary>Every algorithm gives the kernel of the recurrence, and its gradients.</summary>
[TestClass]
public sealed class StateSpaceTests
{
    private const int Length = 50;

    private static IEnumerable<object[]> AllMatrices => Enum.GetValues<StateMatrix>().Select(matrix => new object[] { matrix });

    private static IEnumerable<object[]> StructuredMatrices =>
        [[StateMatrix.LegS, 0.5], [StateMatrix.LegT, 0.5], [StateMatrix.LagT, 0.5], [StateMatrix.LegS, 1.0], [StateMatrix.LagT, 0.7]];

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void EveryTensor_IsAskedForBeforeItIsMade_AndNoMore(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        var options = Systems.Options(matrix);
        var numbers = Systems.Create(options).state_dict().Values.Sum(value => value.numel());
        using (NetworkMemory.OfFile(numbers))
        {
            Systems.Create(options);
        }
        using (NetworkMemory.OfFile(numbers - 1))
        {
            Assert.ThrowsExactly<FormatException>(() => Systems.Create(options));
        }
        options.StateSize = 1024;
        using (NetworkMemory.OfFile(100))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.ThrowsExactly<FormatException>(() => Systems.Create(options));
            Assert.IsLessThan(100_000L, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void Kernel_OfDoubles_IsThatOfTheRecurrence(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        foreach (var alpha in new[] { 0.5, 1.0 })
        {
            var options = Systems.Options(matrix, alpha: alpha);
            var system = Systems.Create(options).to(ScalarType.Float64);
            TensorAssert.AreClose(Systems.Kernel(system, options, Length), system.call(Length), 1e-7, $"alpha {alpha}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void Kernel_OfSingles_IsThatOfTheRecurrence(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        var options = Systems.Options(matrix);
        var system = Systems.Create(options);
        TensorAssert.AreClose(Systems.Kernel(system, options, Length), system.call(Length), 1e-4);
    }

    [TestMethod]
    [DynamicData(nameof(StructuredMatrices))]
    public void StructuredKernel_HasTheValuesAndGradientsOfTheDenseOne(StateMatrix matrix, double alpha)
    {
        using var scope = NewDisposeScope();
        var expected = Gradients(Systems.Create(Systems.Options(matrix, LsslKernel.DenseKrylov, alpha: alpha)).to(ScalarType.Float64));
        var actual = Gradients(Systems.Create(Systems.Options(matrix, LsslKernel.Structured, alpha: alpha)));
        AssertSame(expected, actual);
    }

    [TestMethod]
    [DataRow(StateMatrix.DiagonalLin)]
    [DataRow(StateMatrix.DiagonalReal)]
    public void FusedVandermonde_HasTheValuesAndGradientsOfTheDoublingInDoublePrecision(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        AssertSame(
            Gradients(Systems.Create(Systems.Options(matrix)).to(ScalarType.Float64)), Gradients(Systems.Create(Systems.Options(matrix))));
    }

    /// <summary>The reference of the gradients: torch's derivatives are compared with finite differences too.</summary>
    [TestMethod]
    [DataRow(StateMatrix.LegT)]
    [DataRow(StateMatrix.Random)]
    [DataRow(StateMatrix.DiagonalInv)]
    public void Gradients_OfDoubles_AreThoseOfDifferences(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        var system = Systems.Create(Systems.Options(matrix)).to(ScalarType.Float64);
        var weights = Weights(ScalarType.Float64);
        Gradients(system);
        const double move = 1e-6;
        foreach (var (name, parameter) in system.named_parameters())
        {
            using var noGrad = no_grad();
            // An entry in the middle: the first of T's lower diagonal stands in no row.
            var place = parameter.numel() / 2;
            double At(double shift)
            {
                var entry = parameter.view(-1)[place];
                entry.Add(shift);
                var loss = (system.call(Length) * weights).sum().Item<double>();
                entry.Subtract(shift);
                return loss;
            }
            var slope = (At(move) - At(-move)) / (2 * move);
            Assert.AreEqual(slope, parameter.grad!.view(-1)[place].Item<double>(), 1e-4 * Math.Max(1, Math.Abs(slope)), name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void Steps_OfAnImpulse_AreTheKernel(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var state = new StreamState();
        var system = Systems.Create(Systems.Options(matrix));
        var stepped = system.Stepped(state);
        var kernel = system.call(Length);
        var x = stepped.Zero(1);
        for (var l = 0; l < Length; l++)
        {
            x = stepped.Next(x, l == 0 ? ones(1, Systems.Features) : zeros(1, Systems.Features));
            TensorAssert.AreClose(kernel.select(-1, l).unsqueeze(0), stepped.Output(x), 1e-4);
        }
    }

    [TestMethod]
    [DataRow(StateMatrix.LegS)]
    [DataRow(StateMatrix.Random)]
    [DataRow(StateMatrix.DiagonalLegS)]
    public void Learn_DecidesWhatIsAParameter(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        foreach (var (learn, timescale, state) in new[]
        {
            (LsslLearning.None, false, false), (LsslLearning.Timescale, true, false), (LsslLearning.StateMatrix, false, true),
                (LsslLearning.All, true, true),
        })
        {
            var system = Systems.Create(Systems.Options(matrix, learn: learn));
            var learned = system.named_parameters().Select(named => named.name).ToArray();
            Assert.AreEqual(timescale, learned.Contains(StateSpace.TimescaleName));
            Assert.AreEqual(state, learned.Any(name => name.StartsWith(StateSpace.MatrixPrefix, StringComparison.Ordinal)));
            CollectionAssert.Contains(learned, "output");
            Assert.AreEqual(Systems.Create(Systems.Options(matrix)).state_dict().Count, system.state_dict().Count);
        }
    }

    [TestMethod]
    public void FixedKernel_IsKeptWhileTrainingAndFollowsTheLength()
    {
        using var scope = NewDisposeScope();
        var options = Systems.Options(StateMatrix.LegS, learn: LsslLearning.None);
        using var system = Systems.Create(options);
        foreach (var length in new[] { 20, 7, 64, 33 })
        {
            TensorAssert.AreClose(Systems.Kernel(system, options, length), system.call(length), 1e-4, $"length {length}");
        }
        var doubles = system.to(ScalarType.Float64);
        TensorAssert.AreClose(Systems.Kernel(doubles, options, 30), doubles.call(30), 1e-7, "other type");
    }

    [TestMethod]
    public void FixedKernel_IsFreedBeforeScoringAndWithTheLayer()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var scope = NewDisposeScope())
        {
            using var system = Systems.Create(Systems.Options(StateMatrix.LagT, learn: LsslLearning.None));
            var idle = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            system.call(20).Dispose();
            Assert.AreEqual(idle + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            system.eval();
            Assert.AreEqual(idle, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            system.train();
            system.call(20).Dispose();
        }
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void LearnedSystem_SeesItsNewWeightsAtOnce()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var matrix in new[] { StateMatrix.LegS, StateMatrix.DiagonalLin })
        {
            var options = Systems.Options(matrix, learn: LsslLearning.Timescale);
            var system = Systems.Create(options);
            system.call(Length);
            system.get_parameter(StateSpace.TimescaleName)!.Add(0.5);
            TensorAssert.AreClose(Systems.Kernel(system, options, Length), system.call(Length), 1e-4);
        }
    }

    [TestMethod]
    public void StructuredKernel_OfDoubles_IsRefusedWithAnAlternative()
    {
        using var scope = NewDisposeScope();
        var system = Systems.Create(Systems.Options(StateMatrix.LegS, LsslKernel.Structured)).to(ScalarType.Float64);
        var error = Assert.ThrowsExactly<NotSupportedException>(() => system.call(5));
        StringAssert.Contains(error.Message, nameof(LsslKernel.Auto));
    }

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void TrainingStep_LeavesNoTensorsBehind(StateMatrix matrix)
    {
        using var system = Systems.Create(Systems.Options(matrix));
        void Step()
        {
            using var scope = NewDisposeScope();
            system.zero_grad();
            system.call(Length).Squared().sum().backward();
        }
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static Tensor Weights(ScalarType type) =>
        randn([Systems.Features, Systems.Channels, Length], generator: new Generator(3)).to(type);

    private static Dictionary<string, Tensor> Gradients(StateSpace system)
    {
        var kernel = system.call(Length);
        (kernel * Weights(kernel.dtype)).sum().backward();
        var results = system.named_parameters().ToDictionary(named => named.name, named => named.parameter.grad!);
        results["kernel"] = kernel;
        return results;
    }

    private static void AssertSame(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual)
    {
        CollectionAssert.AreEquivalent(expected.Keys, actual.Keys);
        foreach (var (name, value) in expected)
        {
            TensorAssert.AreClose(value, actual[name], name == "kernel" ? Tolerance.Single : Tolerance.SingleGradient, name);
        }
    }
}
