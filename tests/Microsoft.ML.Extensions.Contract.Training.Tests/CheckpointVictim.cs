using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Contract.Training.Tests;

/// <summary>A training that this program runs when started by a test: with a checkpoint folder, and perhaps killed in mid-epoch.</summary>
internal static class CheckpointVictim
{
    public const string Command = "checkpoint-victim";
    public const int Rows = LongToy.RowsBeyondOneMegabyte;
    public const int Epochs = 4;

    /// <summary>Reads that an epoch takes: the training rows, then the validation rows of the same blocks.</summary>
    public const int ReadsPerPass = 2 * Rows;

    /// <summary>The command line of a run that writes its weights to a file, unless it is killed at a read.</summary>
    public static string[] Arguments(TrainerCase trainer, string folder, string output, int killAtRead) =>
        [Command, trainer.Name, folder, output, killAtRead.ToString(CultureInfo.InvariantCulture)];

    public static void Run(string[] arguments)
    {
        var killAt = int.Parse(arguments[4], CultureInfo.InvariantCulture);
        File.WriteAllBytes(arguments[3], Train(TrainerCases.Named(arguments[1]), arguments[2], read =>
        {
            if (read == killAt)
            {
                Process.GetCurrentProcess().Kill();
            }
        }));
    }

    /// <summary>The trained weights.</summary>
    public static byte[] Train(TrainerCase trainer, string? folder, Action<int>? atRead = null)
    {
        var ml = new MLContext(1);
        var data = new CountingView(trainer.Load(ml, LongToy.ShortInput.Rows(Rows, 1), LongToy.ShortInput), "Features", atRead);
        using var model = trainer.Fit(ml, data, options =>
        {
            (options.Training.Epochs, options.Training.MemoryBudgetMegabytes) = (Epochs, 1);
            (options.Training.ValidationFraction, options.Training.CheckpointDirectory) = (0.3, folder);
        });
        return Safetensors.Save(model.Model.Network);
    }
}
