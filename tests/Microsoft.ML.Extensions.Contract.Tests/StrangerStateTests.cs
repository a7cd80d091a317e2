using System.Security.Cryptography;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// States and checkpoints whose checksums agree and whose tensors a stranger changed are refused by the tensor's name, and change nothing.
/// </summary>
[TestClass]
public sealed class StrangerStateTests
{
    private const int ModelStart = 8;

    private readonly string _root = Directory.CreateTempSubdirectory("stranger-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_root, recursive: true);

    [TestMethod, EveryTrainer(Streams = true)]
    public void ChangedState_IsRefused_AndChangesNothing(TrainerCase trainer)
    {
        foreach (var input in trainer.Inputs)
        {
            using var toy = new StreamedToy(trainer, input, Pool);
            toy.Stream.Run(input, toy.Row);
            var state = toy.Stream.Save();
            var model = state[ModelStart..(ModelStart + SHA256.HashSizeInBytes)];
            foreach (var (what, part) in Changed(StreamFile.Read(state, model).Single()))
            {
                var e = Assert.ThrowsExactly<FormatException>(() => toy.Stream.Load(StreamFile.Write(model, [part])), what);
                StringAssert.Contains(e.Message, "does not fit the network", what);
            }
            CollectionAssert.AreEqual(state, toy.Stream.Save());
        }
    }

    [TestMethod]
    public void StateWithDeepNames_OrPartsThatAreNotThere_IsRefused()
    {
        var trainer = TrainerCases.All.First(trainer => trainer.CanStream);
        using var toy = new StreamedToy(trainer, trainer.Input, Pool);
        toy.Stream.Run(toy.Input, toy.Row);
        var state = toy.Stream.Save();
        var model = state[ModelStart..(ModelStart + SHA256.HashSizeInBytes)];
        var part = StreamFile.Read(state, model).Single();
        foreach (var parts in new byte[][][] { [], [part, part], [Edited(part, tensors => tensors[new string('/', 200_000)] = zeros(1))] })
        {
            Assert.ThrowsExactly<FormatException>(() => toy.Stream.Load(StreamFile.Write(model, parts)));
        }
        foreach (var position in new[] { -1, long.MinValue, long.MaxValue })
        {
            Assert.ThrowsExactly<FormatException>(
                () => toy.Stream.Load(StreamFile.Write(model, [Edited(part, tensors => tensors["position"] = tensor(position))])));
        }
        CollectionAssert.AreEqual(state, toy.Stream.Save());
    }

    [TestMethod]
    public void PartWithALengthThatIsNotThere_IsRefused()
    {
        var file = StreamFile.Write(new byte[SHA256.HashSizeInBytes], [[1, 2, 3]]);
        foreach (var length in new[] { -1L, 4, int.MaxValue, 1L << 32, long.MaxValue, long.MinValue })
        {
            var changed = (byte[])file.Clone();
            var head = ModelStart + (2 * SHA256.HashSizeInBytes);
            BitConverter.TryWriteBytes(changed.AsSpan(head), length);
            SHA256.HashData(changed.AsSpan(head), changed.AsSpan(head - SHA256.HashSizeInBytes));
            Assert.ThrowsExactly<FormatException>(() => StreamFile.Read(changed, new byte[SHA256.HashSizeInBytes]), $"{length}");
        }
    }

    [TestMethod, EveryTrainer(InEpochs = true)]
    public void ChangedCheckpoint_IsRefused(TrainerCase trainer)
    {
        Stop(trainer);
        var path = Directory.GetFiles(_root).Single();
        var part = File.ReadAllBytes(path)[SHA256.HashSizeInBytes..];
        // After one epoch: which it is, which was the best, and the optimiser's steps.
        var best = SafetensorsHeader.Read(part).Single(entry => entry.Name.EndsWith("/epoch", StringComparison.Ordinal)).Name;
        var changes = Changed(part).Concat(
            new[] { ("epochs", -1L), ("epochs", 1_000_000_000), ("optimizer/step", -1), (best, -2), (best, 2) }
                .Select(pair => ($"{pair.Item1} {pair.Item2}", Edited(part, tensors =>
                {
                    Assert.IsTrue(tensors.ContainsKey(pair.Item1));
                    tensors[pair.Item1] = tensor(pair.Item2);
                }))));
        foreach (var (what, changed) in changes)
        {
            File.WriteAllBytes(path, [.. SHA256.HashData(changed), .. changed]);
            var e = Assert.ThrowsExactly<FormatException>(() => Train(trainer), what);
            StringAssert.Contains(e.Message, $"'{path}'", what);
        }
    }

    // A tensor away, one more, one of another name, shape or type, and one without numbers.
    private static IEnumerable<(string What, byte[] File)> Changed(byte[] file)
    {
        var names = SafetensorsHeader.Read(file).Where(entry => entry.Length > 0 && entry.Type.Name is "F32" or "F64")
            .Select(entry => entry.Name).ToArray();
        var (first, last) = (names[0], names[^1]);
        yield return ("one more", Edited(file, tensors => tensors["more"] = zeros(1)));
        foreach (var name in new[] { first, last }.Distinct())
        {
            yield return ($"{name} away", Edited(file, tensors => tensors.Remove(name)));
            yield return ($"{name} renamed", Edited(file, tensors =>
            {
                tensors[name + "/" + name] = tensors[name];
                tensors.Remove(name);
            }));
            yield return ($"{name} longer", Edited(file, tensors => tensors[name] = cat([tensors[name].flatten(), zeros(1)])));
            yield return ($"{name} broadcast", Edited(file, tensors => tensors[name] = tensors[name].unsqueeze(0)));
            yield return ($"{name} of bytes", Edited(file, tensors => tensors[name] = tensors[name].to_type(ScalarType.Byte)));
            yield return ($"{name} NaN", Edited(file, tensors => tensors[name] = tensors[name].clone().Fill(double.NaN)));
            yield return ($"{name} infinite", Edited(file, tensors => tensors[name] = tensors[name].clone().Fill(double.PositiveInfinity)));
        }
    }

    private static byte[] Edited(byte[] file, Action<Dictionary<string, Tensor>> edit)
    {
        using var scope = NewDisposeScope();
        var tensors = Safetensors.Read(file).ToDictionary();
        scope.Attach(tensors.Values);
        edit(tensors);
        return Safetensors.Write(tensors.Select(pair => (pair.Key, pair.Value)));
    }

    private static void Pool(TrainerOptions options) => ((SequenceTrainerOptions)options).Pooling = SequencePooling.Attention;

    private void Stop(TrainerCase trainer)
    {
        using var source = new CancellationTokenSource();
        var progress = new ProgressList(epoch => source.Cancel());
        Assert.Throws<OperationCanceledException>(() => Train(trainer, progress, source.Token));
    }

    private void Train(TrainerCase trainer, ProgressList? progress = null, CancellationToken token = default)
    {
        var ml = new MLContext(1);
        using var model = trainer.Fit(ml, trainer.Load(ml, trainer.Input.Rows(45, 1)), options =>
        {
            (options.Training.Epochs, options.Training.ValidationFraction) = (3, 0.3);
            (options.Training.CheckpointDirectory, options.Training.Progress, options.Training.CancellationToken) = (
                _root, progress, token);
        });
    }
}
