using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// A stream of C# kernels gives step by step what a stream of libtorch gives, which is its reference, and shares its state files.
/// </summary>
[TestClass]
public sealed class ManagedStreamingTests
{
    private const double Tolerance = 1e-5;

    private static readonly int[] Counts = [1, 1, 3, 1, 2, 7, 1, 1, 20, 1];

    private static readonly SequencePooling[] Poolings =
        [SequencePooling.Mean, SequencePooling.Last, SequencePooling.Max, SequencePooling.MeanMax, SequencePooling.Attention];

    [TestMethod, EveryTrainer(Streams = true)]
    public void EveryInput_StreamsAsLibtorch(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            AssertSame(trainer, input, options => Pool(options, SequencePooling.MeanMax), input.Name);
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void EveryPooling_StreamsAsLibtorch(TrainerCase trainer)
    {
        foreach (var pooling in Poolings)
        {
            AssertSame(trainer, trainer.Input, options => Pool(options, pooling), $"{pooling}");
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void EveryChoice_StreamsAsLibtorch_OrIsRefused(TrainerCase trainer)
    {
        foreach (var (name, choose) in TrainerChoices.Of(trainer, trainer.Input)
            .Where(choice => !choice.Name.StartsWith("Training.", StringComparison.Ordinal)))
        {
            AssertSame(trainer, trainer.Input, choose, name);
        }
    }

    [TestMethod]
    public void WideCells_AndDeepNetworks_StreamAsLibtorch()
    {
        AssertSame<ParaRnnOptions>("ParaRnn, multiclass", o => (o.Heads, o.HiddenSize, o.Layers) = (4, 36, 2));
        AssertSame<ParaRnnOptions>("ParaRnn, multiclass", o => o.HiddenSize = 37);
        AssertSame<RecurrentOptions>("Recurrent, multiclass", o => (o.HiddenSize, o.Layers) = (37, 2));
        AssertSame<RecurrentOptions>("Recurrent, multiclass", o => (o.HiddenSize, o.Cell) = (20, RecurrentCell.Jordan));
        AssertSame<RecurrentOptions>("Recurrent, multiclass", o => (o.HiddenSize, o.Cell, o.Peepholes) = (20, RecurrentCell.Lstm, true));
        AssertSame<AarenOptions>("Aaren, multiclass", o => (o.HiddenSize, o.Heads, o.Layers) = (37, 5, 2));
        AssertSame<SingleLayerTransformerOptions>("SingleLayerTransformer, multiclass", o => (o.HiddenSize, o.Heads) = (37, 5));
        AssertSame<LsslOptions>("Lssl, multiclass", o => (o.HiddenSize, o.Channels, o.Layers, o.ConvolutionWidth) = (37, 3, 2, 1));
        AssertSame<LsslOptions>("Lssl, multiclass", o => (o.HiddenSize, o.Channels, o.StateMatrix) = (20, 2, StateMatrix.LegS));

        static void AssertSame<T>(string name, Action<T> change)
            where T : TrainerOptions
        {
            var trainer = TrainerCases.Named(name);
            ManagedStreamingTests.AssertSame(trainer, trainer.Input, options => change((T)options), name);
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void UndoneStep_ChangesNothing(TrainerCase trainer)
    {
        using var pair = new StreamPair(trainer, trainer.Input, options => Pool(options, SequencePooling.Attention));
        var (stream, empty) = (pair.Managed, pair.Managed.Save());
        var first = pair.Next(1);
        Score(stream, first);
        stream.Undo();
        Assert.AreEqual((0, 0), (stream.Steps, stream.StateBytes));
        CollectionAssert.AreEqual(empty, stream.Save());
        Assert.IsNull(stream.Before);
        Score(stream, first);
        stream.Keep();
        var (kept, second) = (stream.Save(), pair.Next(2));
        var wanted = Score(stream, second);
        stream.Undo();
        CollectionAssert.AreEqual(kept, stream.Save());
        Scores.AssertSame([wanted], [Score(stream, second)]);
        stream.Keep();
        Assert.AreEqual(3, stream.Steps);
        stream.Reset();
        CollectionAssert.AreEqual(empty, stream.Save());
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void Step_AllocatesNothing(TrainerCase trainer)
    {
        foreach (var pooling in Poolings)
        {
            using var pair = new StreamPair(trainer, trainer.Input, options => Pool(options, pooling));
            var (stream, step, scores) = (pair.Managed, pair.Next(1), Array.Empty<float>());
            Run(300);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run(100);
            Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before, $"{pooling}");

            void Run(int steps)
            {
                for (var i = 0; i < steps; i++)
                {
                    _ = stream.Before;
                    stream.Score(step, ref scores);
                    stream.Keep();
                }
            }
        }
    }

    [TestMethod, EveryTrainer(Streams = true)]
    public void LoadedModel_StreamsWithoutLibtorch(TrainerCase trainer)
    {
        using var toy = new StreamedToy(trainer, trainer.Input, options => Pool(options, SequencePooling.Attention));
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, ModelFile.Save(toy.Context, toy.Model, toy.Data.Schema));
            var child = ChildProcess.Run(
                "Microsoft.ML.Extensions.Contract.Tests", [StreamVictim.Command, trainer.Name, file], _ => { },
                environment: ("MLX_WITHOUT_LIBTORCH", "1"));
            Assert.AreEqual(0, child.ExitCode, child.Errors);
            CollectionAssert.AreEqual(new[] { "True" }, child.OutputLines);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestMethod]
    public void MeanOfManySteps_IsThatOfTheWholeRow()
    {
        const int count = 100_000;
        foreach (var name in new[] { "ParaRnn, regression", "Aaren, regression" })
        {
            using var pair = new StreamPair(TrainerCases.Named(name), ToyInput.Unequal, options => Pool(options, SequencePooling.Mean));
            var row = pair.Next(count);
            var scores = Array.Empty<float>();
            var step = new RowStore();
            for (var i = 0; i < count; i++)
            {
                step.Clear();
                step.Add(row.Values(0).Slice(2 * i, 2), 1, [], 1);
                pair.Managed.Score(step, ref scores);
                pair.Managed.Keep();
            }
            AssertNear(pair, Score(pair.Libtorch, row), scores, name);
        }
    }

    private static void AssertSame(TrainerCase trainer, ToyInput input, Action<TrainerOptions> change, string name)
    {
        using var toy = StreamPair.Fit(trainer, input, change);
        using var reference = toy.Model.Copies.WithKernels(null);
        if (IStreamable.Of(toy.Model.Model.Network).StreamingObstacle is not null)
        {
            Assert.ThrowsExactly<NotSupportedException>(() => toy.Model.Stream(), name);
            return;
        }
        using var pair = new StreamPair(trainer, toy, reference, input);
        foreach (var count in Counts)
        {
            AssertStep(pair, count, name);
        }
        var (managed, libtorch) = (pair.Managed.Save(), pair.Libtorch.Save());
        CollectionAssert.AreEquivalent(Tensors(libtorch), Tensors(managed), name);
        pair.Managed.Reset();
        foreach (var (stream, state) in new[] { (pair.Managed, libtorch), (pair.Libtorch, managed) })
        {
            stream.Check(state);
            stream.Load(state);
        }
        CollectionAssert.AreEquivalent(Tensors(libtorch), Tensors(pair.Managed.Save()), name);
        foreach (var count in Counts)
        {
            AssertStep(pair, count, name);
        }
    }

    private static void AssertStep(StreamPair pair, int count, string name)
    {
        var step = pair.Next(count);
        AssertNear(pair, Score(pair.Libtorch, step), Score(pair.Managed, step), $"{name}, after step {pair.Managed.Steps}");
        pair.Managed.Keep();
        pair.Libtorch.Keep();
        Assert.AreEqual((pair.Libtorch.Steps, pair.Libtorch.StateBytes), (pair.Managed.Steps, pair.Managed.StateBytes), name);
        CollectionAssert.AreEqual(pair.Libtorch.Before, pair.Managed.Before, name);
    }

    // A number near 0 is the difference of numbers as large as the labels.
    private static void AssertNear(StreamPair pair, float[] wanted, float[] got, string name)
    {
        Assert.HasCount(wanted.Length, got, name);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.AreEqual(wanted[i], got[i], Tolerance * Math.Max(pair.Scale, Math.Abs(wanted[i])), name);
        }
    }

    private static float[] Score(IStreamScorer stream, RowStore step)
    {
        var scores = Array.Empty<float>();
        stream.Score(step, ref scores);
        return scores;
    }

    private static string[] Tensors(byte[] state) =>
        [.. SafetensorsHeader.Read(state).Select(entry => $"{entry.Name} {entry.Type.Name} [{string.Join(", ", entry.Shape)}]")];

    private static void Pool(TrainerOptions options, SequencePooling pooling) => ((SequenceTrainerOptions)options).Pooling = pooling;
}
