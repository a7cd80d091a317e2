namespace Microsoft.ML.Extensions.Samples;

/// <summary>The arguments of a sample.</summary>
/// <param name="Train">The training file, or null for generated data.</param>
/// <param name="Test">The test file, or null for generated data.</param>
/// <param name="Trainer">The trainer's name.</param>
/// <param name="Settings">Options of the trainer, each <c>Option=Value</c>.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Save">Where to write the model, or null.</param>
/// <param name="Load">The model to score with instead of training, or null.</param>
/// <param name="Baseline">Whether to compare with the baseline.</param>
public sealed record SampleArguments(
    string? Train, string? Test, string Trainer, IReadOnlyList<string> Settings, int Seed, string? Save, string? Load, bool Baseline);
