using System.Security.Cryptography;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

/// <summary>Files of checkpoints that no run of this version wrote, under a checksum that agrees.</summary>
[TestClass]
public sealed class CheckpointTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("checkpoint-");

    [TestCleanup]
    public void Delete() => _folder.Delete(recursive: true);

    [TestMethod]
    public void FileOfAnotherVersion_IsRefusedByName()
    {
        var path = Changed(tensors => tensors.Remove("version 2"));
        var e = Assert.ThrowsExactly<FormatException>(() => Train());
        foreach (var part in new[] { $"'{path}'", "another version", "Delete it" })
        {
            StringAssert.Contains(e.Message, part);
        }
    }

    [TestMethod]
    [DataRow(-2L)]
    [DataRow(3L)]
    [DataRow(long.MaxValue)]
    public void BestEpochThatCannotBe_IsRefused(long epoch)
    {
        Changed(tensors => tensors["technique/EarlyStopping/epoch"] = tensor(epoch));
        var e = Assert.ThrowsExactly<FormatException>(() => Train());
        StringAssert.Contains(e.Message, $"after 2 epochs the best was epoch {epoch}");
    }

    [TestMethod]
    [DataRow(-1L)]
    [DataRow(100_001L)]
    public void EpochsThatCannotBe_AreRefused(long epochs)
    {
        Changed(tensors => tensors["epochs"] = tensor(epochs));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Train()).Message, $"{epochs} epochs");
    }

    [TestMethod]
    public void StateOfATechniqueThatTheRunHasNot_IsRefusedByName()
    {
        Changed(tensors => tensors["technique/Other/part"] = tensor(1L));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Train()).Message, "'technique/Other/part'");
    }

    // The file of a run of five epochs that was stopped in its third, with a change.
    private string Changed(Action<Dictionary<string, Tensor>> change)
    {
        Assert.ThrowsExactly<OperationCanceledException>(() => Train(stopAt: 3));
        using var scope = NewDisposeScope();
        var path = _folder.GetFiles().Single().FullName;
        var tensors = Safetensors.Read(File.ReadAllBytes(path)[SHA256.HashSizeInBytes..]).ToDictionary();
        scope.Attach(tensors.Values);
        change(tensors);
        var bytes = Safetensors.Write(tensors.Select(pair => (pair.Key, pair.Value)));
        File.WriteAllBytes(path, [.. SHA256.HashData(bytes), .. bytes]);
        return path;
    }

    private void Train(int stopAt = 0)
    {
        using var network = new Line();
        LoopRow[] rows = [.. Enumerable.Range(0, 6).Select(i => new LoopRow { X = [1, i], Y = i })];
        var options = LoopRun.Plain(1e-3);
        options.CheckpointDirectory = _folder.FullName;
        LoopRun.Of(network, LoopRun.Squares, rows, options, epochs: 5, batch: 2, held: 2, stopAt: stopAt);
    }

    private sealed class Line : Network
    {
        private readonly Parameter weight;

        public Line()
            : base(nameof(Line))
        {
            weight = new Parameter(zeros(2, 1));
            RegisterComponents();
        }

        public override Tensor forward(InputBatch batch) => batch.Values.select(1, 0).matmul(weight);
    }
}
