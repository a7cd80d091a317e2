using System.Reflection;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Runs a test once for every trainer case, or for some of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryTrainerAttribute : Attribute, ITestDataSource
{
    // To run the suite for one trainer: a part of its name; all trainers if it is not set.
    private static readonly string s_wanted = Environment.GetEnvironmentVariable("MLX_TRAINER") ?? "";

    /// <summary>True for the trainers of classes only.</summary>
    public bool Classification { get; init; }

    /// <summary>
    /// True to run only for trainers that learn by epochs, with seeds, optimizers, validation data and checkpoints.
    /// </summary>
    public bool InEpochs { get; init; }

    /// <summary>True to run only for trainers whose networks can run step by step, under some options.</summary>
    public bool Streams { get; init; }

    /// <summary>True for one task of each trainer, another one from trainer to trainer: where every task takes the same way.</summary>
    public bool OneTask { get; init; }

    public IEnumerable<object?[]> GetData(MethodInfo methodInfo) => (OneTask ? TrainerCases.OneTaskEach : TrainerCases.All)
        .Where(trainer => (trainer.Task.IsClassification || !Classification) && (trainer.LearnsInEpochs || !InEpochs)
            && (trainer.CanStream || !Streams))
        .Where(trainer => trainer.Name.Contains(s_wanted, StringComparison.Ordinal)).Select(trainer => new object?[] { trainer });

    public string? GetDisplayName(MethodInfo methodInfo, object?[]? data) => $"{methodInfo.Name} ({data?[0]})";
}
