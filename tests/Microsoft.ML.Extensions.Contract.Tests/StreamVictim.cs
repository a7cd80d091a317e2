using System.Diagnostics;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A stream of a loaded model in a process of its own, which a test starts to learn what it loads.</summary>
internal static class StreamVictim
{
    public const string Command = "stream-victim";

    /// <summary>
    /// Takes steps, saves the state and goes on from it; writes whether all steps counted, and each native library of TorchSharp that was
    /// loaded.
    /// </summary>
    public static void Run(string[] arguments)
    {
        var trainer = TrainerCases.Named(arguments[1]);
        var ml = new MLContext(1);
        var model = ModelFile.Load(ml, File.ReadAllBytes(arguments[2]));
        using (var stream = trainer.Task.Stream(ml, model, trainer.Input.StepDefinition()))
        {
            var row = trainer.Input.Rows(1, 2)[0];
            stream.Run(trainer.Input, row);
            stream.Load(stream.Save());
            stream.Run(trainer.Input, row);
            Console.WriteLine(stream.Steps() == 2 * trainer.Input.StepsOf(row).Count());
        }
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (module.ModuleName.Contains("LibTorchSharp", StringComparison.OrdinalIgnoreCase)
                || module.ModuleName.Contains("torch_cpu", StringComparison.Ordinal))
            {
                Console.WriteLine(module.ModuleName);
            }
        }
    }
}
