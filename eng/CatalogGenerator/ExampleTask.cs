namespace Microsoft.ML.Extensions.CatalogGenerator;

/// <summary>How an example makes and measures a task's label.</summary>
/// <param name="Type">The label's type, as C# writes it.</param>
/// <param name="Speed">What a random row has.</param>
/// <param name="Label">The label, from the speed.</param>
/// <param name="Metric">The property of the task's metrics.</param>
/// <param name="IsKey">Whether the pipeline makes a key of the label first.</param>
internal sealed record ExampleTask(string Type, string Speed, string Label, string Metric, bool IsKey = false);
