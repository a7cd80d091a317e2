using System.Reflection;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Runs a test once for every trainer case, or for those of classes only.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryTrainerAttribute : Attribute, ITestDataSource
{
    /// <summary>True for the trainers of classes only.</summary>
    public bool Classification { get; init; }

    public IEnumerable<object?[]> GetData(MethodInfo methodInfo) =>
        TrainerCases.All.Where(trainer => trainer.Task.IsClassification || !Classification).Select(trainer => new object?[] { trainer });

    public string? GetDisplayName(MethodInfo methodInfo, object?[]? data) => $"{methodInfo.Name} ({data?[0]})";
}
