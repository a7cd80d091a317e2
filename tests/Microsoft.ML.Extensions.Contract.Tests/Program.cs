using Microsoft.ML.Extensions.Contract.Tests;
using Microsoft.Testing.Platform.Builder;

if (args is [MemoryVictim.Command, ..])
{
    MemoryVictim.Run(args);
    return 0;
}
if (args is [SaveVictim.Command, ..])
{
    SaveVictim.Run(args);
    return 0;
}
if (args is [StreamVictim.Command, ..])
{
    StreamVictim.Run(args);
    return 0;
}
if (args is [HeldThreadsVictim.Command])
{
    HeldThreadsVictim.Run();
    return 0;
}
if (args is [OldModels.Command, ..])
{
    return OldModels.Run(args);
}
var builder = await TestApplication.CreateBuilderAsync(args);
builder.AddSelfRegisteredExtensions(args);
using var application = await builder.BuildAsync();
return await application.RunAsync();
