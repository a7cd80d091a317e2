using System.Security.Cryptography;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Fuzz.Kinds;

/// <summary>Checkpoints of a training: changed under a checksum that agrees, or as bytes.</summary>
internal static class CheckpointSeeds
{
    public static IReadOnlyList<FuzzSeed> All(string folder) =>
        [.. SeedModels.All.Where(model => model.Name is "network-ParaRnn" or "network-Deep").Select(model => Seed(model, folder))];

    private static FuzzSeed Seed(SeedModel model, string folder)
    {
        var ml = new MLContext(1);
        var options = new TrainingOptions { CheckpointDirectory = Directory.CreateDirectory(Path.Combine(folder, model.Name)).FullName };
        var network = ((NetworkTransformer)ml.Model.Load(model.Path, out _)).Model.Network;
        var optimizer = new Optimizer(network, options);
        var checkpoint = Checkpoint.For(options, model.Name)!;
        checkpoint.Save(network, optimizer, new TrainingState { Epoch = 2, BestEpoch = 1, BestLoss = 0.5 }, WeightSnapshot.Of(network));
        var path = Directory.GetFiles(options.CheckpointDirectory).Single();
        var file = File.ReadAllBytes(path);
        return new FuzzSeed(model.Name, file, random => Changed(file, random), input =>
        {
            File.WriteAllBytes(path, input);
            var state = new TrainingState();
            WeightSnapshot? best = null;
            var taken = Refusal.Reads(() => checkpoint.TryRestore(network, optimizer, state, out best), path, typeof(FormatException));
            using var _ = best;
            if (taken && (state.Epoch < 0 || state.BestEpoch > state.Epoch || double.IsNaN(state.BestLoss) || best?.Values.Any(pair => !IsFinite(pair.Value)) == true
                || network.state_dict().Values.Any(value => !IsFinite(value))))
            {
                throw new Finding($"state: after {state.Epoch} passes with the loss {state.BestLoss}");
            }
            return taken;
        });
    }

    private static bool IsFinite(TorchSharp.torch.Tensor value)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        return value.isfinite().all().bytes[0] != 0;
    }

    private static byte[] Changed(byte[] file, Random random)
    {
        if (random.Next(8) == 0)
        {
            return FileChange.Drawn(file, random);
        }
        var tensors = TensorChange.Drawn(file[SHA256.HashSizeInBytes..], random);
        return [.. SHA256.HashData(tensors), .. tensors];
    }
}
