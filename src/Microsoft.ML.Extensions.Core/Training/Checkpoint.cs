using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The file from which an interrupted run continues: weights, optimiser, the state of each technique, position.</summary>
/// <remarks>
/// A SHA-256, then the hashed content: the tensors in the safetensors format.
/// Its name is a fingerprint of options and data, so that runs can share a folder, as the folds of a cross-validation do.
/// It holds no generator state, since every epoch has its own seed (see <see cref="SeedSequence"/>).
/// </remarks>
internal sealed class Checkpoint
{
    private const string NetworkPrefix = "network/";
    private const string OptimizerPrefix = "optimizer/";
    private const string TechniquePrefix = "technique/";
    private const string EpochsName = "epochs";

    // The version changes when the content does.
    private const string VersionName = "version 2";

    private readonly string _path;

    private Checkpoint(string path) => _path = path;

    /// <summary>The checkpoint of a run; null where the options name no folder.</summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static Checkpoint? For(TrainingOptions options, string fingerprint)
    {
        if (options.CheckpointDirectory is not { Length: > 0 } folder)
        {
            return null;
        }
        var name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)))[..16].ToLowerInvariant();
        var path = Path.Combine(folder, $"training-{name}.checkpoint");
        CheckWritable(folder, path);
        return new Checkpoint(path);
    }

    public void Save(Network network, Optimizer optimizer, Techniques techniques, int epochs)
    {
        using var scope = NewDisposeScope();
        var bytes = Safetensors.Write(Tensors(network, optimizer, techniques, epochs));
        AtomicFile.Write(_path, [.. SHA256.HashData(bytes), .. bytes]);
    }

    /// <summary>Restores the run from the file and returns the number of completed epochs; null where there is no file.</summary>
    /// <exception cref="FormatException">The file is damaged or of another version; the message says which and what to do.</exception>
    public int? TryRestore(Network network, Optimizer optimizer, Techniques techniques)
    {
        if (!File.Exists(_path))
        {
            return null;
        }
        using var scope = NewDisposeScope();
        try
        {
            var bytes = ReadChecked();
            CheckVersion(bytes);
            var wanted = Tensors(network, optimizer, techniques, epochs: 0)
                .ToDictionary(pair => pair.Name, pair => WantedTensor.Like(pair.Value));
            Safetensors.Check("it is not of this training", wanted, bytes);
            var tensors = Safetensors.Read(bytes);
            scope.Attach(tensors.Values);
            var epochs = Epochs(tensors[EpochsName].Item<long>(), tensors[OptimizerPrefix + Optimizer.StepName].Item<long>());
            Fill(network, tensors);
            optimizer.Restore(name => tensors[OptimizerPrefix + name]);
            techniques.Restore(name => tensors[TechniquePrefix + name], epochs);
            return epochs;
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or IOException or ArgumentException)
        {
            throw new FormatException(
                $"The checkpoint '{_path}' cannot be read: {e.Message} Delete it to start this training from the beginning.", e);
        }
    }

    public void Delete() => File.Delete(_path);

    // An unwritable folder is reported now, not after the first epoch of a long run.
    private static void CheckWritable(string folder, string path)
    {
        var probe = path + ".probe";
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Training.CheckpointDirectory '{folder}' cannot be written to: {e.Message} Make it writable, or name another folder.", e);
        }
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(
        Network network, Optimizer optimizer, Techniques techniques, int epochs) =>
        network.state_dict().Select(pair => (NetworkPrefix + pair.Key, pair.Value))
            .Concat(optimizer.State().Select(pair => (OptimizerPrefix + pair.Name, pair.Value)))
            .Concat(techniques.State().Select(pair => (TechniquePrefix + pair.Name, pair.Value)))
            .Append((EpochsName, tensor((long)epochs)))
            .Append((VersionName, empty(0)));

    private static void CheckVersion(byte[] bytes)
    {
        if (!Safetensors.Shapes(bytes).ContainsKey(VersionName))
        {
            throw new FormatException("it was written by another version of the package.");
        }
    }

    private static int Epochs(long epochs, long steps) => epochs is >= 0 and <= TrainingOptions.LargestEpochs && steps >= 0 ? (int)epochs
        : throw new FormatException(string.Create(
            CultureInfo.InvariantCulture, $"it states {epochs} epochs and {steps} steps, which is not possible in this training."));

    private byte[] ReadChecked()
    {
        var file = File.ReadAllBytes(_path);
        var bytes = file[Math.Min(SHA256.HashSizeInBytes, file.Length)..];
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(file.AsSpan(0, file.Length - bytes.Length)) ? bytes
            : throw new FormatException("its checksum does not agree, so its bytes were changed or cut off.");
    }

    private static void Fill(Network network, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var _ = no_grad();
        foreach (var (name, target) in network.state_dict())
        {
            target.copy_(tensors[NetworkPrefix + name]);
        }
    }
}
