namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A row of the toy problem: a sequence around a hidden level, and the level as a class, a yes or no, and a number.</summary>
public sealed class ToyRow
{
    public string Id { get; set; } = "";

    public float[] Features { get; set; } = [];

    public string[] Words { get; set; } = [];

    public string Class { get; set; } = "";

    public bool Flag { get; set; }

    public float Number { get; set; }

    public float Weight { get; set; } = 1;
}
