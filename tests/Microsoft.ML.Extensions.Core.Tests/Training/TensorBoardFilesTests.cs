using System.Buffers.Binary;
using Microsoft.ML.Extensions.Training;
using Tensorboard;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class TensorBoardFilesTests
{
    private string _folder = "";

    [TestInitialize]
    public void Create() => _folder = Directory.CreateTempSubdirectory().FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Epochs_AreScalarsOfTheRun()
    {
        using (var files = Open(networks: 1))
        {
            files.Epoch(Progress(network: 1, epoch: 1, loss: 0.5));
            files.Epoch(Progress(network: 1, epoch: 2, loss: 0.25));
        }
        var run = Directory.GetDirectories(_folder).Single();
        StringAssert.StartsWith(Path.GetFileName(run), "Toy-");
        var scalars = Scalars(run);
        CollectionAssert.AreEqual(new[] { (1L, 0.5f), (2L, 0.25f) }, scalars["loss/train"]);
        CollectionAssert.AreEqual(new[] { (1L, 1f), (2L, 0.5f) }, scalars["loss/validation"]);
        CollectionAssert.AreEqual(new[] { (1L, 0.75f), (2L, 0.75f) }, scalars["accuracy/validation"]);
        CollectionAssert.AreEqual(new[] { (1L, 0.125f), (2L, 0.125f) }, scalars["learning_rate"]);
        CollectionAssert.AreEqual(new[] { (1L, 100f), (2L, 100f) }, scalars["rows_per_second"]);
    }

    [TestMethod]
    public void NetworksOfAnEnsemble_AreRunsBesideEachOther()
    {
        using (var files = Open(networks: 2))
        {
            files.Epoch(Progress(network: 1, epoch: 1, loss: 0.5));
            files.Epoch(Progress(network: 2, epoch: 1, loss: 0.25));
        }
        var run = Directory.GetDirectories(_folder).Single();
        CollectionAssert.AreEqual(new[] { (1L, 0.5f) }, Scalars(Path.Combine(run, "network-1"))["loss/train"]);
        CollectionAssert.AreEqual(new[] { (1L, 0.25f) }, Scalars(Path.Combine(run, "network-2"))["loss/train"]);
    }

    [TestMethod]
    public void FitsThatShareAFolder_HaveRunsOfTheirOwn()
    {
        Parallel.For(0, 16, fit =>
        {
            using var files = Open(networks: 1);
            files.Epoch(Progress(network: 1, epoch: 1, loss: fit));
        });
        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, 16).Select(fit => (float)fit).ToArray(), Directory.GetDirectories(_folder).Select(run => Scalars(run)["loss/train"].Single().Value).ToArray());
    }

    [TestMethod]
    public void WithoutAFolder_NothingIsWritten() =>
        Assert.IsNull(TensorBoardFiles.For(new TrainingOptions(), "Toy", 1, _ => { }));

    [TestMethod]
    public void FolderThatCannotBeMade_IsRefusedBeforeTraining()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var error = Assert.ThrowsExactly<IOException>(
            () => TensorBoardFiles.For(new TrainingOptions { TensorBoardDirectory = file }, "Toy", 1, _ => { }));
        StringAssert.Contains(error.Message, $"Training.TensorBoardDirectory '{file}' cannot be written to");
    }

    [TestMethod]
    public void FilesThatCannotBeWrittenAnyMore_AreAWarning()
    {
        var warnings = new List<string>();
        using var files = TensorBoardFiles.For(new TrainingOptions { TensorBoardDirectory = _folder }, "Toy", 1, warnings.Add)!;
        Directory.Delete(Directory.GetDirectories(_folder).Single(), recursive: true);
        files.Epoch(Progress(network: 1, epoch: 1, loss: 1));
        files.Epoch(Progress(network: 1, epoch: 2, loss: 1));
        Assert.HasCount(1, warnings);
        StringAssert.Contains(warnings[0], "end after epoch 0");
    }

    private TensorBoardFiles Open(int networks) =>
        TensorBoardFiles.For(new TrainingOptions { TensorBoardDirectory = _folder }, "Toy", networks, Assert.Fail)!;

    private static TrainingProgress Progress(int network, int epoch, double loss) =>
        new(epoch, 2, loss, 2 * loss, 0.125, 100) { Network = network, NetworkEpoch = epoch, ValidationAccuracy = 0.75 };

    // TFRecord: the length, its masked CRC32C, the event, its masked CRC32C.
    private static Dictionary<string, List<(long Step, float Value)>> Scalars(string run)
    {
        var scalars = new Dictionary<string, List<(long, float)>>();
        var bytes = File.ReadAllBytes(Directory.GetFiles(run).Single());
        StringAssert.StartsWith(Path.GetFileName(Directory.GetFiles(run).Single()), "events.out.tfevents.");
        for (var start = 0; start < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(start));
            Assert.AreEqual(Masked(bytes.AsSpan(start, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(start + 8)));
            var content = bytes.AsSpan(start + 12, length);
            Assert.AreEqual(Masked(content), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(start + 12 + length)));
            var read = Event.Parser.ParseFrom(content.ToArray());
            foreach (var value in read.Summary?.Value ?? [])
            {
                scalars.TryAdd(value.Tag, []);
                scalars[value.Tag].Add((read.Step, value.SimpleValue));
            }
            start += 16 + length;
        }
        return scalars;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, one);
        }
        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }
}
