using System.Security.Cryptography;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
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
        checkpoint.Save(network, optimizer, Validated(network, options), epochs: 2);
        var path = Directory.GetFiles(options.CheckpointDirectory).Single();
        var file = File.ReadAllBytes(path);
        return new FuzzSeed(model.Name, file, random => Changed(file, random), input =>
        {
            File.WriteAllBytes(path, input);
            using var techniques = Validated(network, options);
            int? epochs = null;
            var taken = Refusal.Reads(() => epochs = checkpoint.TryRestore(network, optimizer, techniques), path, typeof(FormatException));
            using var scope = TorchSharp.torch.NewDisposeScope();
            if (taken && (epochs < 0 || techniques.State().Any(pair => !IsFinite(pair.Value))
                || network.state_dict().Values.Any(value => !IsFinite(value))))
            {
                throw new Finding($"state: after {epochs} epochs");
            }
            return taken;
        });
    }

    // As after an epoch with rows held out.
    private static Techniques Validated(Network network, TrainingOptions options)
    {
        var head = new RegressionHead(new HeadDescription("Regression", 1));
        var run = new TrainingRun(options, new TrainingPlan(2, 8, 1), 1, TorchSharp.torch.CPU, null, 0, new FitProgress("Toy", 1, []), () => { }, null!);
        var techniques = new Techniques(new TechniqueContext(network, head, null!, run, StepsPerEpoch: 1, Validates: true));
        techniques.AfterEpoch(new EpochResult(1, 0.5, [0.5f]));
        return techniques;
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
