using System.Reflection;
using System.Security;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Writes a C# project that trains, evaluates and uses a model as the tool did.</summary>
internal sealed class ProjectCode
{
    private readonly ModelDescription _description;
    private readonly Trained _trained;
    private readonly DataSet _data;
    private readonly SourceFile _source;
    private readonly string _testPath;
    private readonly IReadOnlyList<ColumnInfo> _columns;
    private readonly IReadOnlyList<string> _properties;

    public ProjectCode(ModelDescription description, Trained trained, DataSet data, SourceFile source, string testPath)
    {
        (_description, _trained, _data, _source, _testPath) = (description, trained, data, source, testPath);
        _columns = [.. data.Columns.Where(column => column.IsRead)];
        // A property cannot have the name of its class.
        _properties = CSharp.Names(_columns.Select(column => column.Name), "ModelInput", "ToString", "GetType", "Equals", "GetHashCode", "MemberwiseClone");
    }

    private string Name => _description.Name;

    // Another name than any property's or class's of it.
    private string Space => $"{Name}Model";

    /// <summary>The files, by name.</summary>
    public IEnumerable<(string File, string Text)> Files() =>
    [
        ($"{Name}.csproj", Project()),
        ("ModelInput.cs", Input()),
        ("ModelOutput.cs", Output()),
        ("Training.cs", TrainingFile()),
        ("Evaluation.cs", EvaluationFile()),
        ("Consumption.cs", _description.Task == TaskName.Forecasting ? ForecastConsumption() : Consumption()),
        ("Program.cs", Program()),
    ];

    private string Project()
    {
        string[] packages = [_trained.Plan.Entry.Package, .. _data.IsSeries || _description.Task == TaskName.Forecasting ? ["Microsoft.ML.Extensions.Sequence"]
            : Array.Empty<string>()];
        var references = new List<(string Name, string Version)> { ("Microsoft.ML", Version("Microsoft.ML")) };
        references.AddRange(packages.Distinct().Select(package => (package, package.StartsWith("Microsoft.ML.Extensions.", StringComparison.Ordinal)
            ? typeof(NetworkTransformer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]
            : Version(package))));
        if (_trained.Plan.Options is not null)
        {
            references.Add(("TorchSharp-cpu", Version("TorchSharp-cpu")));
        }
        var lines = references.Select(package => $"    <PackageReference Include=\"{package.Name}\" Version=\"{package.Version}\" />");
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <RootNamespace>{SecurityElement.Escape(Space)}</RootNamespace>
              </PropertyGroup>
              <ItemGroup>
            {string.Join('\n', lines)}
              </ItemGroup>
              <ItemGroup>
                <None Include="{SecurityElement.Escape(Name)}.zip" CopyToOutputDirectory="PreserveNewest" />
              </ItemGroup>
            </Project>

            """;
    }

    private string Input()
    {
        var properties = _columns.Select((column, at) => column.Kind == ColumnKind.Series
            ? $"    [VectorType({string.Join(", ", ((VectorDataViewType)_data.View.Schema[column.Name].Type).Dimensions)})]\n"
                + "    public float[] Features { get; set; } = [];"
            : $"    [{(_data.IsSeries ? "" : $"LoadColumn({_source.Indices[at]}), ")}ColumnName({CSharp.Text(column.Name)})]\n"
                + $"    public {(column.IsText ? "string" : "float")} {_properties[at]} {{ get; set; }}{(column.IsText ? " = \"\";" : "")}");
        return $$"""
            using Microsoft.ML.Data;

            namespace {{Space}};

            /// <summary>A row, as the model reads it. A missing number is NaN, a missing text is empty.</summary>
            public sealed class ModelInput
            {
            {{string.Join("\n\n", properties)}}
            }

            """;
    }

    private string Output() => $$"""
        namespace {{Space}};

        /// <summary>What the model predicts of a row.</summary>
        public sealed class ModelOutput
        {
        {{(_description.Task == TaskName.Classification ? """
            /// <summary>The class.</summary>
            public string PredictedLabel { get; set; } = "";

            /// <summary>The probabilities of the classes.</summary>
            public float[] Score { get; set; } = [];
        """ : _description.Task == TaskName.Forecasting ? $$"""
            /// <summary>The next {{_description.Horizon}} values.</summary>
            public float[] Score { get; set; } = [];
        """ : """
            /// <summary>The predicted number; of ranking the greater the higher a row stands.</summary>
            public float Score { get; set; }
        """)}}
        }

        """;

    private string TrainingFile() => $$"""
        using Microsoft.ML;
        using Microsoft.ML.Data;
        using Microsoft.ML.Extensions;
        {{(UsesKernels ? "using Microsoft.ML.Extensions.Kernels;\n" : "")}}{{(UsesSequence ? "using Microsoft.ML.Extensions.Sequence;\n" : "")}}using Microsoft.ML.Transforms;

        namespace {{Space}};

        /// <summary>Trains the model.</summary>
        public static class Training
        {
            /// <summary>The file that the model was trained on.</summary>
            public const string DataFile = {{CSharp.Text(_source.Path)}};

            /// <summary>The file that it was measured on.</summary>
            public const string TestFile = {{CSharp.Text(_testPath)}};

            /// <summary>Reads rows of a file like <see cref="DataFile"/>.</summary>
            public static IDataView Load(MLContext ml, string path) => {{(_data.IsSeries ? "ml.Data.LoadFromTsFile(path);" : $$"""
        ml.Data.LoadFromTextFile<ModelInput>(path, new TextLoader.Options
            {
                Separators = ['{{(_source.Separator == '\t' ? "\\t" : $"{_source.Separator}")}}'],
                HasHeader = {{(_source.HasHeader ? "true" : "false")}},
                AllowQuoting = true,
                ReadMultilines = true,
                TrimWhitespace = true,
                MissingRealsAsNaNs = true,
                DecimalMarker = '{{(_source.DecimalComma ? ',' : '.')}}',
            });
        """)}}

            /// <summary>The steps from the columns to a prediction.</summary>
            public static IEstimator<ITransformer> BuildPipeline(MLContext ml) =>
                {{_trained.Steps[0].Code}}{{string.Concat(_trained.Steps.Skip(1).Select(step => $"\n            .Append({step.Code})"))}};

            /// <summary>Trains on a file and saves the model.</summary>
            public static ITransformer Train(string dataFile, string modelFile, int seed = 1)
            {
                var ml = new MLContext(seed);
                var data = Load(ml, dataFile);
                var model = BuildPipeline(ml).Fit(data);
                ml.Model.Save(model, data.Schema, modelFile);
                return model;
            }
        }

        """;

    private string EvaluationFile()
    {
        var label = CSharp.Text(_description.Label);
        var (call, lines) = _description.Task switch
        {
            TaskName.Classification => ($"ml.MulticlassClassification.Evaluate(scored, {label})", new[] { "MicroAccuracy", "MacroAccuracy", "LogLoss" }),
            TaskName.Regression => ($"ml.Regression.Evaluate(scored, {label})", ["RootMeanSquaredError", "MeanAbsoluteError", "RSquared"]),
            TaskName.Ranking => ($"ml.Ranking.Evaluate(scored, new RankingEvaluatorOptions {{ DcgTruncationLevel = 10 }}, {label}, {CSharp.Text(_description.Group ?? "")})",
                ["NormalizedDiscountedCumulativeGains[9]"]),
            _ => ("ml.Forecasting.Evaluate(scored)", ["MeanAbsoluteError", "RootMeanSquaredError"]),
        };
        return $$"""
            using System.Globalization;
            using Microsoft.ML;
            using Microsoft.ML.Data;

            namespace {{Space}};

            /// <summary>Measures how good the model is on rows with a label.</summary>
            public static class Evaluation
            {
                /// <summary>Writes the metrics of a model on the rows of a file.</summary>
                public static void Evaluate(string modelFile, string dataFile, TextWriter output)
                {
                    var ml = new MLContext();
                    var model = ml.Model.Load(modelFile, out _);
                    var scored = model.Transform(Training.Load(ml, dataFile));
                    var metrics = {{call}};
            {{string.Join('\n', lines.Select(line => $"        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $\"{line.Split('[')[0]}: {{metrics.{line}:0.0000}}\"));"))}}
                }
            }

            """;
    }

    private string Consumption() => $$"""
        using Microsoft.ML;

        namespace {{Space}};

        /// <summary>Uses the model. An engine is for one thread at a time, so each thread has its own; the model is one.</summary>
        public static class Consumption
        {
            private static readonly MLContext s_ml = new();
            private static readonly Lazy<ITransformer> s_model = new(() => s_ml.Model.Load(ModelFile, out _));
            private static readonly ThreadLocal<PredictionEngine<ModelInput, ModelOutput>> s_engine = new(() =>
                s_ml.Model.CreatePredictionEngine<ModelInput, ModelOutput>(s_model.Value, new PredictionEngineOptions { OwnsTransformer = false }));

            /// <summary>The model's file, beside the program.</summary>
            public static string ModelFile { get; set; } = Path.Combine(AppContext.BaseDirectory, "{{Name}}.zip");

            /// <summary>Predicts a row, on any thread.</summary>
            public static ModelOutput Predict(ModelInput input) => s_engine.Value!.Predict(input);

            /// <summary>The first row that the model was trained on.</summary>
            public static ModelInput Example() => new()
            {
        {{string.Join('\n', ExampleValues())}}
            };
        }

        """;

    private string ForecastConsumption() => $$"""
        using Microsoft.ML;
        using Microsoft.ML.Extensions.Sequence;

        namespace {{Space}};

        /// <summary>Uses the model.</summary>
        public static class Consumption
        {
            /// <summary>The model's file, beside the program.</summary>
            public static string ModelFile { get; set; } = Path.Combine(AppContext.BaseDirectory, "{{Name}}.zip");

            /// <summary>Forecasts the {{_description.Horizon}} values after a series, of which at least {{_description.History}} are needed.</summary>
            public static ModelOutput Forecast(IEnumerable<ModelInput> series)
            {
                var ml = new MLContext();
                using var engine = ml.Model.CreateForecastingEngine<ModelInput, ModelOutput>(ml.Model.Load(ModelFile, out _));
                foreach (var step in series)
                {
                    engine.Observe(step);
                }
                return engine.Forecast();
            }
        }

        """;

    private string Program() => $$"""
        using {{Space}};

        return args switch
        {
            ["train", .. var files] => Train(files.ElementAtOrDefault(0) ?? Training.DataFile),
            ["evaluate", .. var files] => Evaluate(files.ElementAtOrDefault(0) ?? Training.TestFile),
            _ => Predict(),
        };

        static int Train(string file)
        {
            Training.Train(file, Consumption.ModelFile);
            return 0;
        }

        static int Evaluate(string file)
        {
            Evaluation.Evaluate(Consumption.ModelFile, file, Console.Out);
            return 0;
        }

        static int Predict()
        {
            {{(_description.Task == TaskName.Forecasting ? $$"""
        var ml = new Microsoft.ML.MLContext();
            var series = ml.Data.CreateEnumerable<ModelInput>(Training.Load(ml, Training.DataFile), reuseRowObject: false);
            Console.WriteLine(string.Join(", ", Consumption.Forecast(series).Score));
        """ : _description.Task == TaskName.Classification ? """
        Console.WriteLine(Consumption.Predict(Consumption.Example()).PredictedLabel);
        """ : """
        Console.WriteLine(Consumption.Predict(Consumption.Example()).Score);
        """)}}
            return 0;
        }

        """;

    private IEnumerable<string> ExampleValues() => _columns.Select((column, at) => $"        {_properties[at]} = {(column.Kind == ColumnKind.Series
        ? $"[{string.Join(", ", _data.View.GetColumn<float[]>(column.Name).First().Select(CSharp.Number))}]"
        : column.IsText ? CSharp.Text(_data.View.GetColumn<string>(column.Name).First())
        : CSharp.Number(_data.View.GetColumn<float>(column.Name).First()))},");

    private bool UsesKernels => _trained.Plan.Entry.Package.EndsWith(".Kernels", StringComparison.Ordinal);

    private bool UsesSequence => _data.IsSeries || _description.Task == TaskName.Forecasting || _trained.Plan.Entry.Package.EndsWith(".Sequence", StringComparison.Ordinal);

    // The versions that this program was built with.
    private static string Version(string package) => typeof(ProjectCode).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == package).Value!;
}
