using System.Reflection;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Runs a test once for every trainer case, or for some of them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryTrainerAttribute : Attribute, ITestDataSource
{
    /// <summary>True for the trainers of classes only.</summary>
    public bool Classification { get; init; }

    /// <summary>True for those only that learn pass by pass, with all that belongs to passes: seeds, optimisers, validation data, checkpoints.</summary>
    public bool InPasses { get; init; }

    public IEnumerable<object?[]> GetData(MethodInfo methodInfo) => TrainerCases.All
        .Where(trainer => (trainer.Task.IsClassification || !Classification) && (trainer.LearnsInPasses || !InPasses)).Select(trainer => new object?[] { trainer });

    public string? GetDisplayName(MethodInfo methodInfo, object?[]? data) => $"{methodInfo.Name} ({data?[0]})";
}
