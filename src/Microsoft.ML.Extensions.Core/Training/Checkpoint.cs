using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The file from which a run that was cut off goes on: weights, best weights, optimiser, position.</summary>
/// <remarks>
/// A SHA-256, then what it is of: the tensors in the safetensors format.
/// Its name is a fingerprint of options and data, so that runs that share a folder, as the folds of a cross-validation do, never mix.
/// Randomness needs no place in it: every pass seeds its own (see <see cref="SeedSequence"/>).
/// </remarks>
internal sealed class Checkpoint
{
    private const string NetworkPrefix = "network/";
    private const string BestPrefix = "best/";
    private const string OptimizerPrefix = "optimizer/";
    private const string StateName = "state";

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

    public void Save(Network network, Optimizer optimizer, TrainingState state, WeightSnapshot? best)
    {
        using var scope = NewDisposeScope();
        var tensors = network.state_dict().Select(pair => (NetworkPrefix + pair.Key, pair.Value))
            .Concat(best?.Values.Select(pair => (BestPrefix + pair.Key, pair.Value)) ?? [])
            .Concat(optimizer.State().Select(pair => (OptimizerPrefix + pair.Name, pair.Value)))
            .Append((StateName, tensor(new double[] { state.Epoch, state.BestLoss, state.BestEpoch })));
        var bytes = Safetensors.Write(tensors);
        AtomicFile.Write(_path, [.. SHA256.HashData(bytes), .. bytes]);
    }

    /// <summary>Puts the run where the file left it; false where there is no file.</summary>
    /// <exception cref="FormatException">The file is damaged; the message says which and what to do.</exception>
    public bool TryRestore(Network network, Optimizer optimizer, TrainingState state, out WeightSnapshot? best)
    {
        best = null;
        if (!File.Exists(_path))
        {
            return false;
        }
        using var scope = NewDisposeScope();
        try
        {
            var bytes = ReadChecked();
            var hasBest = Safetensors.Shapes(bytes).Keys.Any(name => name.StartsWith(BestPrefix, StringComparison.Ordinal));
            Safetensors.Check("it is not of this training", Wanted(network, optimizer, hasBest), bytes);
            var tensors = Safetensors.Read(bytes);
            scope.Attach(tensors.Values);
            CheckState(tensors[StateName].data<double>().ToArray(), tensors[OptimizerPrefix + Optimizer.StepName].data<long>()[0]);
            best = hasBest ? Best(network, tensors) : null;
            Fill(network, tensors, NetworkPrefix);
            optimizer.Restore(name => tensors[OptimizerPrefix + name]);
            var values = tensors[StateName].data<double>().ToArray();
            (state.Epoch, state.BestLoss, state.BestEpoch) = ((int)values[0], values[1], (int)values[2]);
            return true;
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or IOException or ArgumentException)
        {
            throw new FormatException($"The checkpoint '{_path}' cannot be read: {e.Message} Delete it to start this training from the beginning.", e);
        }
    }

    public void Delete() => File.Delete(_path);

    // A folder that cannot be written to is found now, not after the first pass of a long run.
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
            throw new IOException($"Training.CheckpointDirectory '{folder}' cannot be written to: {e.Message} Make it writable, or name another folder.", e);
        }
    }

    // Without rows held out no loss is the smallest so far, and the state holds an infinity.
    private static Dictionary<string, WantedTensor> Wanted(Network network, Optimizer optimizer, bool hasBest)
    {
        var weights = network.state_dict();
        var wanted = weights.Select(pair => (Name: NetworkPrefix + pair.Key, pair.Value))
            .Concat(hasBest ? weights.Select(pair => (Name: BestPrefix + pair.Key, pair.Value)) : [])
            .Concat(optimizer.State().Select(pair => (Name: OptimizerPrefix + pair.Name, pair.Value)))
            .ToDictionary(pair => pair.Name, pair => WantedTensor.Like(pair.Value));
        wanted.Add(StateName, new WantedTensor(ScalarType.Float64, [3], IsFinite: false));
        return wanted;
    }

    private static void CheckState(double[] state, long steps)
    {
        if (state is not [>= 0 and <= TrainingOptions.LargestEpochs, not double.NaN, >= 0] || state[2] > state[0]
            || state[0] % 1 != 0 || state[2] % 1 != 0 || steps < 0)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"it says that after {state[0]} passes and {steps} steps the best was pass {state[2]} with the loss {state[1]}, which cannot be."));
        }
    }

    private byte[] ReadChecked()
    {
        var file = File.ReadAllBytes(_path);
        var bytes = file[Math.Min(SHA256.HashSizeInBytes, file.Length)..];
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(file.AsSpan(0, file.Length - bytes.Length)) ? bytes
            : throw new FormatException("its checksum does not agree, so its bytes were changed or cut off.");
    }

    private static WeightSnapshot Best(Network network, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Fill(network, tensors, BestPrefix);
        return WeightSnapshot.Of(network);
    }

    private static void Fill(Network network, IReadOnlyDictionary<string, Tensor> tensors, string prefix)
    {
        using var _ = no_grad();
        foreach (var (name, target) in network.state_dict())
        {
            target.copy_(tensors[prefix + name]);
        }
    }
}
