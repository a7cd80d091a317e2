using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Extensions.Tests;
using TorchSharp;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>Fits of every trainer that this program makes when started by a test, with a thread count of its own.</summary>
internal static class ThreadCountVictim
{
    public const string Command = "thread-count-victim";

    private const int Rows = 64;

    /// <summary>The command line of a run with so many threads.</summary>
    public static string[] Arguments(int threads) => [Command, threads.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Writes for each trainer whether its option was set, and a hash of the scores.</summary>
    public static void Run(string[] arguments)
    {
        torch.set_num_threads(int.Parse(arguments[1], CultureInfo.InvariantCulture));
        foreach (var trainer in TrainerCases.All)
        {
            foreach (var deterministic in new[] { true, false })
            {
                Console.WriteLine($"{deterministic} {Hash(trainer, deterministic)} {trainer.Name}");
            }
        }
        foreach (var deterministic in new[] { true, false })
        {
            Console.WriteLine($"{deterministic} {HashOfBased(deterministic)} ParaRnn with a base");
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"threads {torch.get_num_threads()}"));
    }

    // Widths at which products and transforms take more than one thread, and scores of what was saved and loaded, too.
    private static string Hash(TrainerCase trainer, bool deterministic)
    {
        var ml = new MLContext(1);
        var data = trainer.Load(ml, Rows);
        using var model = trainer.Fit(ml, data, (TrainerOptions options) =>
        {
            options.SetSeed(1);
            options.Deterministic = deterministic;
            if (options is NetworkTrainerOptions network)
            {
                (network.Training.Epochs, network.Training.BatchSize) = (2, Rows);
            }
            Widen(options);
        });
        var scores = trainer.Task.Scores(model.Transform(data)).Bits();
        using var loaded = (IDisposable)ModelFile.Load(ml, ModelFile.Save(ml, model, data.Schema));
        return Hash(scores + trainer.Task.Scores(((ITransformer)loaded).Transform(data)).Bits());
    }

    private static string HashOfBased(bool deterministic)
    {
        var ml = new MLContext(1);
        var data = BasedToy.View(ml, BasedToy.Rows(Rows, 1));
        using var model = BasedToy.Fit(ml, data, options => (options.Deterministic, options.HiddenSize, options.Training.Epochs, options.Training.BatchSize) = (deterministic, 64, 5, Rows));
        return Hash(BasedToy.Scores(model, data).Bits());
    }

    private static string Hash(string scores) => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(scores)))[..16];

    private static void Widen(TrainerOptions options)
    {
        switch (options)
        {
            case Sequence.SequenceTrainerOptions sequence:
                sequence.HiddenSize = 64;
                break;
            case Sequence.LrcnOptions lrcn:
                lrcn.HiddenSize = 64;
                break;
            case Kernels.DeepNetworkOptions deep:
                deep.Width = 64;
                break;
        }
    }
}
