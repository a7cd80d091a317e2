namespace Microsoft.ML.Extensions.Mutations;

/// <summary>One edit that takes a behaviour away, and the tests that must fail of it.</summary>
/// <param name="Name">The behaviour that goes.</param>
/// <param name="Package">The package that is changed: Core, Sequence, Kernels, Interpretability or Tool.</param>
/// <param name="File">The file, from the repository's root.</param>
/// <param name="Text">What is replaced; it must stand in the file once.</param>
/// <param name="Replacement">What stands there instead.</param>
/// <param name="Tests">The tests that must not all pass.</param>
internal sealed record Mutation(string Name, string Package, string File, string Text, string Replacement, TestSelection Tests)
{
    /// <summary>The package's folder, from the repository's root.</summary>
    public string Folder => string.Join('/', File.Split('/').Take(2));

    /// <summary>The file of its code.</summary>
    public string Library => Package == "Tool" ? "mlx.dll" : $"Microsoft.ML.Extensions.{Package}.dll";

    /// <summary>The file's content after the edit.</summary>
    /// <exception cref="FormatException">The text does not stand there exactly once.</exception>
    public string Apply(string content)
    {
        var places = content.Split(Text).Length - 1;
        return places == 1 ? content.Replace(Text, Replacement, StringComparison.Ordinal)
            : throw new FormatException($"'{Name}': the text stands {places} times in {File}; it must stand there once:\n{Text}");
    }
}

/// <summary>Tests of one project.</summary>
/// <param name="Project">The project without prefix and suffix, such as Core.</param>
/// <param name="Trainer">A part of the names of the trainers that the contract suite is run for; empty for all.</param>
/// <param name="Names">Parts of full test names, divided by |, a test being taken if any is in its name.</param>
internal sealed record TestSelection(string Project, string Trainer, string Names)
{
    public string ProjectName => $"Microsoft.ML.Extensions.{Project}.Tests";

    public string Filter => string.Join('|', Names.Split('|').Select(name => $"FullyQualifiedName~{name}"));
}
